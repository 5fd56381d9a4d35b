use basalt_domain::{
    Direction, Page, Post, PostFilter, PostSortField, Sort, Total, User, ports::Outcome,
};

use crate::{
    Store,
    listing::{all_sorts, in_order, order_name, page_request, sort},
    race::Writing,
    samples::{at, post, user},
};

const DIRECTIONS: [Direction; 2] = [Direction::Ascending, Direction::Descending];

pub(super) async fn author(store: &Store) -> User {
    let ann = user("ann");
    store.add(&ann).await;
    ann
}

/// Posts that each field puts into an order of its own.
pub(super) fn various(author: &User) -> Vec<Post> {
    let rows = [
        ("Cherry", 30, 75),
        ("apple", 10, 95),
        ("Banana", 50, 55),
        ("Apple", 40, 85),
        ("Éclair", 20, 65),
    ];
    let one = |(title, created, updated)| Post {
        created_at: at(created),
        updated_at: at(updated),
        ..post(author, title)
    };
    rows.map(one).to_vec()
}

pub(super) fn alike(author: &User, count: usize) -> Vec<Post> {
    (0..count).map(|_| post(author, "Twin")).collect()
}

pub(super) async fn pages_are_ordered_by_the_field_in_either_direction(store: Store) {
    let posts = various(&author(&store).await);
    store.add_posts(&posts).await;
    for sort in all_sorts::<PostSortField>() {
        assert_eq!(
            store.posts_by_pages(sort, 2).await,
            in_order(posts.clone(), sort),
            "pages must be in the order {}",
            order_name(sort)
        );
    }
}

pub(super) async fn posts_with_equal_times_are_ordered_by_id_in_the_direction_of_the_order(
    store: Store,
) {
    ties_go_by_id(&store, PostSortField::CreatedAt).await;
}

pub(super) async fn posts_with_equal_titles_are_ordered_by_id_in_the_direction_of_the_order(
    store: Store,
) {
    ties_go_by_id(&store, PostSortField::Title).await;
}

async fn ties_go_by_id(store: &Store, by: PostSortField) {
    let mut posts = alike(&author(store).await, 12);
    store.add_posts(&posts).await;
    posts.sort_by_key(|post| post.id);
    for direction in DIRECTIONS {
        if direction == Direction::Descending {
            posts.reverse();
        }
        let page = store
            .post_page(&PostFilter::default(), sort(by, direction), page_request(1, 100))
            .await;
        assert_eq!(
            page.items, posts,
            "posts that are equal by {by:?} must be in the order of their ids, {direction:?}"
        );
    }
}

pub(super) async fn titles_are_ordered_by_their_folded_form_by_code_point(store: Store) {
    const TITLES: [&str; 10] = ["\"Q", "10", "9", "B", "bB", "BC", "z", "É", "Ａ", "😀"];
    let author = author(&store).await;
    for number in [7, 2, 0, 9, 4, 5, 1, 3, 8, 6] {
        store.add_post(&post(&author, TITLES[number])).await;
    }
    let by_title = sort(PostSortField::Title, Direction::Ascending);
    let read = store.posts_by_pages(by_title, 4).await;
    let read: Vec<_> = read.iter().map(|post| post.title.as_str()).collect();
    assert_eq!(
        read, TITLES,
        "titles must be ordered by their folded form, code point by code point"
    );
}

pub(super) async fn pages_of_equal_posts_lose_and_double_none(store: Store) {
    let posts = alike(&author(&store).await, 11);
    store.add_posts(&posts).await;
    for sort in all_sorts::<PostSortField>() {
        assert_eq!(
            store.posts_by_pages(sort, 3).await,
            in_order(posts.clone(), sort),
            "pages of equal posts must hold each of them once, by {}",
            order_name(sort)
        );
    }
}

pub(super) async fn a_page_past_the_end_is_empty_with_the_true_total(store: Store) {
    store.add_posts(&various(&author(&store).await)).await;
    for number in [2, 3, 500] {
        let page =
            store.post_page(&PostFilter::default(), Sort::default(), page_request(number, 5)).await;
        let empty = Page { items: Vec::new(), total: Total::exact(5) };
        assert_eq!(page, empty, "page {number} must be empty and still have the true total");
    }
}

pub(super) async fn an_empty_store_has_an_empty_page_and_no_total(store: Store) {
    let page = store.post_page(&PostFilter::default(), Sort::default(), page_request(1, 10)).await;
    assert_eq!(page, Page::EMPTY, "an empty store must have an empty page");
}

pub(super) async fn page_and_total_are_of_one_snapshot(store: Store) {
    let author = author(&store).await;
    let posts: Vec<_> = (0..40).map(|_| post(&author, "Text")).collect();
    let writing = store.clone();
    let come_and_go = move |number: usize| {
        let (store, one) = (writing.clone(), posts[number % posts.len()].clone());
        async move {
            // Adds all of them, then deletes all of them, and so on.
            let deleted = store.posts.delete(one.id, one.version).await;
            if deleted.expect("a post is deleted") == Outcome::Missing {
                store.add_post(&one).await;
            }
        }
    };
    let mut writing = Writing::start(come_and_go);
    while writing.goes_on().await {
        let page =
            store.post_page(&PostFilter::default(), Sort::default(), page_request(1, 100)).await;
        assert_eq!(
            Total::exact(page.items.len() as u64),
            page.total,
            "rows and total of a page must be of one snapshot"
        );
    }
    writing.end().await;
}
