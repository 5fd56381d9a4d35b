use basalt_domain::{
    Direction, Page, Sort, Total, User, UserFilter, UserSortField, ports::Outcome,
};

use crate::{
    Store,
    listing::{all_sorts, in_order, order_name, page_request, sort},
    race::Writing,
    samples::{alike_users, at, user, user_named},
};

const DIRECTIONS: [Direction; 2] = [Direction::Ascending, Direction::Descending];

/// Users that each field puts into an order of its own.
pub(super) fn various() -> Vec<User> {
    let rows = [
        ("Cid", "b@example.com", 30),
        ("ann", "d@example.com", 10),
        ("Bob", "a-b@example.com", 50),
        ("Ann", "c@example.com", 40),
        ("Éva", "ab@example.com", 20),
    ];
    let one = |(called, address, micros)| User {
        created_at: at(micros),
        updated_at: at(100 - micros),
        ..user_named(called, address)
    };
    rows.map(one).to_vec()
}

pub(super) async fn pages_are_ordered_by_the_field_in_either_direction(store: Store) {
    let users = various();
    store.add_all(&users).await;
    for sort in all_sorts::<UserSortField>() {
        assert_eq!(
            store.users_by_pages(sort, 2).await,
            in_order(users.clone(), sort),
            "pages must be in the order {}",
            order_name(sort)
        );
    }
}

pub(super) async fn users_with_equal_times_are_ordered_by_id_in_the_direction_of_the_order(
    store: Store,
) {
    ties_go_by_id(store, UserSortField::CreatedAt).await;
}

pub(super) async fn users_with_equal_names_are_ordered_by_id_in_the_direction_of_the_order(
    store: Store,
) {
    ties_go_by_id(store, UserSortField::Name).await;
}

async fn ties_go_by_id(store: Store, by: UserSortField) {
    let mut users = alike_users(12);
    store.add_all(&users).await;
    users.sort_by_key(|user| user.id);
    for direction in DIRECTIONS {
        if direction == Direction::Descending {
            users.reverse();
        }
        let page = store
            .user_page(&UserFilter::default(), sort(by, direction), page_request(1, 100))
            .await;
        assert_eq!(
            page.items, users,
            "users that are equal by {by:?} must be in the order of their ids, {direction:?}"
        );
    }
}

pub(super) async fn names_are_ordered_by_their_folded_form_by_code_point(store: Store) {
    // Ascending. A language's order, the case, bytes of UTF-16 or a database's own lower() would
    // each change places.
    const NAMES: [&str; 12] =
        ["'Quote", "10", "9", "B", "bB", "BC", "z", "ßa", "É", "ÉZ", "Ａ", "😀"];
    let users: Vec<_> = NAMES
        .iter()
        .enumerate()
        .map(|(number, called)| user_named(called, &format!("u{number}@example.com")))
        .collect();
    for number in [7, 2, 11, 0, 9, 4, 5, 1, 10, 3, 8, 6] {
        store.add(&users[number]).await;
    }
    let by_name = sort(UserSortField::Name, Direction::Ascending);
    let read = store.users_by_pages(by_name, 5).await;
    let read: Vec<_> = read.iter().map(|user| user.name.as_str()).collect();
    assert_eq!(read, NAMES, "names must be ordered by their folded form, code point by code point");
}

pub(super) async fn pages_of_equal_users_lose_and_double_none(store: Store) {
    let users = alike_users(11);
    store.add_all(&users).await;
    for by in [UserSortField::CreatedAt, UserSortField::Name] {
        for direction in DIRECTIONS {
            let sort = sort(by, direction);
            assert_eq!(
                store.users_by_pages(sort, 3).await,
                in_order(users.clone(), sort),
                "pages of equal users must hold each of them once, by {}",
                order_name(sort)
            );
        }
    }
}

pub(super) async fn a_page_past_the_end_is_empty_with_the_true_total(store: Store) {
    store.add_all(&various()).await;
    for number in [2, 3, 500] {
        let request = page_request(number, 5);
        let page = store.user_page(&UserFilter::default(), Sort::default(), request).await;
        let empty = Page { items: Vec::new(), total: Total::exact(5) };
        assert_eq!(page, empty, "page {number} must be empty and still have the true total");
    }
    let last = store.user_page(&UserFilter::default(), Sort::default(), page_request(2, 3)).await;
    assert_eq!(
        (last.items.len(), last.total),
        (2, Total::exact(5)),
        "the last page must hold what is left, and the true total"
    );
}

pub(super) async fn an_empty_store_has_an_empty_page_and_no_total(store: Store) {
    let page = store.user_page(&UserFilter::default(), Sort::default(), page_request(1, 10)).await;
    assert_eq!(page, Page::EMPTY, "an empty store must have an empty page");
}

pub(super) async fn page_and_total_are_of_one_snapshot(store: Store) {
    let users: Vec<_> = (0..40).map(|n| user(&format!("user{n}"))).collect();
    let writing = store.clone();
    let come_and_go = move |number: usize| {
        let (store, one) = (writing.clone(), users[number % users.len()].clone());
        async move {
            // Adds all of them, then deletes all of them, and so on.
            let deleted = store.users.delete(one.id, one.version).await;
            if deleted.expect("a user is deleted") == Outcome::Missing {
                store.add(&one).await;
            }
        }
    };
    let mut writing = Writing::start(come_and_go);
    while writing.goes_on().await {
        let page =
            store.user_page(&UserFilter::default(), Sort::default(), page_request(1, 100)).await;
        assert_eq!(
            Total::exact(page.items.len() as u64),
            page.total,
            "rows and total of a page must be of one snapshot"
        );
    }
    writing.end().await;
}
