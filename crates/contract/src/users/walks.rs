use basalt_domain::{Direction, SortField, UserFilter, UserSortField, WalkRequest};

use super::order::various;
use crate::{
    Store,
    listing::{all_sorts, in_order, order_name, sort},
    samples::{alike_users, name, term, user, user_named},
};

pub(super) async fn a_walk_by_any_field_in_either_direction_is_in_the_order_of_the_pages(
    store: Store,
) {
    let users = various();
    store.add_all(&users).await;
    for sort in all_sorts::<UserSortField>() {
        let walked = store.users_by_walk(&UserFilter::default(), sort, 2).await;
        assert_eq!(
            walked,
            in_order(users.clone(), sort),
            "a walk must be in the order {}",
            order_name(sort)
        );
    }
}

pub(super) async fn a_walk_over_equal_times_loses_and_doubles_no_user(store: Store) {
    walk_over_equals(store, UserSortField::CreatedAt).await;
}

pub(super) async fn a_walk_over_equal_names_loses_and_doubles_no_user(store: Store) {
    walk_over_equals(store, UserSortField::Name).await;
}

async fn walk_over_equals(store: Store, by: UserSortField) {
    let users = alike_users(11);
    store.add_all(&users).await;
    for direction in [Direction::Ascending, Direction::Descending] {
        for limit in [1, 3, 10] {
            let sort = sort(by, direction);
            let walked = store.users_by_walk(&UserFilter::default(), sort, limit).await;
            assert_eq!(
                walked,
                in_order(users.clone(), sort),
                "a walk in steps of {limit} must hold each of equal users once, by {}",
                order_name(sort)
            );
        }
    }
}

pub(super) async fn a_walk_says_that_rows_follow_exactly_when_they_do(store: Store) {
    let everyone = UserFilter::default();
    let sort = sort(UserSortField::CreatedAt, Direction::Descending);
    let first = WalkRequest::new(None, 3);
    let none = store.user_step(&everyone, sort, &first).await;
    assert!(
        none.items.is_empty() && none.next.is_none(),
        "a walk over nothing must be over at once"
    );
    store.add_all(&alike_users(6)).await;
    let one = store.user_step(&everyone, sort, &first).await;
    assert_eq!(
        (one.items.len(), one.next.is_some()),
        (3, true),
        "the first step of two must be full and say that rows follow"
    );
    let next = WalkRequest::new(one.next, 3);
    let two = store.user_step(&everyone, sort, &next).await;
    assert_eq!(
        (two.items.len(), two.next),
        (3, None),
        "the last step must say that none follow, also when it is full"
    );
    let last = two.items.last().map(|row| sort.by.position(row));
    let behind = WalkRequest::new(last, 3);
    let three = store.user_step(&everyone, sort, &behind).await;
    assert!(
        three.items.is_empty() && three.next.is_none(),
        "behind the last row there must be nothing"
    );
}

pub(super) async fn a_walk_returns_what_stays_once_while_other_users_come_and_go(store: Store) {
    for direction in [Direction::Ascending, Direction::Descending] {
        let sort = sort(UserSortField::Name, direction);
        let word = format!("stays{direction:?}").to_lowercase();
        let staying = UserFilter { search: Some(term(&word)), ..UserFilter::default() };
        let users: Vec<_> = (0..10)
            .map(|n| user_named(&format!("M{n} {word}"), &format!("{word}{n}@example.com")))
            .collect();
        store.add_all(&users).await;

        let mut walked = Vec::new();
        let mut step = WalkRequest::new(None, 2);
        loop {
            let slice = store.user_step(&staying, sort, &step).await;
            // The row that the position was made from goes, and others come on both sides of it.
            if let Some(last) = slice.items.last() {
                let deleted = store.users.delete(last.id, last.version).await;
                deleted.expect("a user is deleted");
                for side in ["A", "Z"] {
                    let passing = format!("{side}{}-{direction:?}", walked.len()).to_lowercase();
                    store.add(&user(&passing)).await;
                }
            }
            walked.extend(slice.items);
            let Some(next) = slice.next else {
                break;
            };
            step = WalkRequest::new(Some(next), 2);
        }
        assert_eq!(
            walked,
            in_order(users, sort),
            "a walk must return what stays exactly once while others come and go, {direction:?}"
        );
    }
}

pub(super) async fn a_walk_holds_what_passes_the_filter(store: Store) {
    let mut users = alike_users(7);
    for user in users.iter_mut().step_by(2) {
        user.active = false;
    }
    store.add_all(&users).await;
    let resting = UserFilter { active: Some(false), ..UserFilter::default() };
    let sort = sort(UserSortField::CreatedAt, Direction::Descending);
    users.retain(|user| !user.active);
    assert_eq!(
        store.users_by_walk(&resting, sort, 2).await,
        in_order(users, sort),
        "a walk must hold all that passes its filter and nobody else"
    );
}

pub(super) async fn a_walk_of_a_search_ends_only_when_it_has_looked_at_everything(store: Store) {
    let mut users = alike_users(60);
    for user in users.iter_mut().step_by(23) {
        user.name = name("Needle");
    }
    store.add_all(&users).await;
    let searched = UserFilter { search: Some(term("needle")), ..UserFilter::default() };
    users.retain(|user| user.name.as_str() == "Needle");
    for sort in all_sorts::<UserSortField>() {
        assert_eq!(
            store.users_by_walk(&searched, sort, 2).await,
            in_order(users.clone(), sort),
            "steps of a search may be short, but must lead to its end: {}",
            order_name(sort)
        );
    }
}
