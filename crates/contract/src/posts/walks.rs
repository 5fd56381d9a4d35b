use basalt_domain::{
    Direction, Post, PostFilter, PostSortField, PostVisibility, SortField, WalkRequest,
};

use super::order::{alike, author, various};
use crate::{
    Store,
    listing::{all_sorts, in_order, order_name, sort},
    samples::{content, post, term},
};

pub(super) async fn a_walk_by_any_field_in_either_direction_is_in_the_order_of_the_pages(
    store: Store,
) {
    let posts = various(&author(&store).await);
    store.add_posts(&posts).await;
    for sort in all_sorts::<PostSortField>() {
        let walked = store.posts_by_walk(&PostFilter::default(), sort, 2).await;
        assert_eq!(
            walked,
            in_order(posts.clone(), sort),
            "a walk must be in the order {}",
            order_name(sort)
        );
    }
}

pub(super) async fn a_walk_over_equal_times_loses_and_doubles_no_post(store: Store) {
    walk_over_equals(&store, PostSortField::CreatedAt).await;
}

pub(super) async fn a_walk_over_equal_titles_loses_and_doubles_no_post(store: Store) {
    walk_over_equals(&store, PostSortField::Title).await;
}

async fn walk_over_equals(store: &Store, by: PostSortField) {
    let posts = alike(&author(store).await, 11);
    store.add_posts(&posts).await;
    for direction in [Direction::Ascending, Direction::Descending] {
        for limit in [1, 3, 10] {
            let sort = sort(by, direction);
            let walked = store.posts_by_walk(&PostFilter::default(), sort, limit).await;
            assert_eq!(
                walked,
                in_order(posts.clone(), sort),
                "a walk in steps of {limit} must hold each of equal posts once, by {}",
                order_name(sort)
            );
        }
    }
}

pub(super) async fn a_walk_says_that_rows_follow_exactly_when_they_do(store: Store) {
    let everything = PostFilter::default();
    let sort = sort(PostSortField::UpdatedAt, Direction::Descending);
    let first = WalkRequest::new(None, 3);
    let none = store.post_step(&everything, sort, &first).await;
    assert!(
        none.items.is_empty() && none.next.is_none(),
        "a walk over nothing must be over at once"
    );
    store.add_posts(&alike(&author(&store).await, 6)).await;
    let one = store.post_step(&everything, sort, &first).await;
    assert_eq!(
        (one.items.len(), one.next.is_some()),
        (3, true),
        "the first step of two must be full and say that rows follow"
    );
    let next = WalkRequest::new(one.next, 3);
    let two = store.post_step(&everything, sort, &next).await;
    assert_eq!(
        (two.items.len(), two.next),
        (3, None),
        "the last step must say that none follow, also when it is full"
    );
    let last = two.items.last().map(|row| sort.by.position(row));
    let behind = WalkRequest::new(last, 3);
    let three = store.post_step(&everything, sort, &behind).await;
    assert!(
        three.items.is_empty() && three.next.is_none(),
        "behind the last row there must be nothing"
    );
}

pub(super) async fn a_walk_returns_what_stays_once_while_other_posts_come_and_go(store: Store) {
    let author = author(&store).await;
    for direction in [Direction::Ascending, Direction::Descending] {
        let sort = sort(PostSortField::Title, direction);
        let word = format!("stays {direction:?}");
        let staying = PostFilter { search: Some(term(&word)), ..PostFilter::default() };
        let stays = |title: &str| Post { content: content(&word), ..post(&author, title) };
        let posts: Vec<_> = (0..10).map(|n| stays(&format!("M{}", n / 3))).collect();
        store.add_posts(&posts).await;

        let mut walked = Vec::new();
        let mut step = WalkRequest::new(None, 2);
        loop {
            let slice = store.post_step(&staying, sort, &step).await;
            // The row that the position was made from goes, and others come on both sides of it.
            if let Some(last) = slice.items.last() {
                let deleted = store.posts.delete(last.id, last.version).await;
                deleted.expect("a post is deleted");
                for side in ["A", "Z"] {
                    store.add_post(&post(&author, side)).await;
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
            in_order(posts, sort),
            "a walk must return what stays exactly once while others come and go, {direction:?}"
        );
    }
}

pub(super) async fn a_walk_holds_what_passes_the_filter(store: Store) {
    let author = author(&store).await;
    let mut posts = alike(&author, 7);
    for post in posts.iter_mut().step_by(2) {
        post.published = false;
    }
    store.add_posts(&posts).await;
    let drafts =
        PostFilter { visibility: PostVisibility::DraftsOf(author.id), ..PostFilter::default() };
    let sort = sort(PostSortField::CreatedAt, Direction::Descending);
    posts.retain(|post| !post.published);
    assert_eq!(
        store.posts_by_walk(&drafts, sort, 2).await,
        in_order(posts, sort),
        "a walk must hold all that passes its filter and nothing else"
    );
}

pub(super) async fn a_walk_of_a_search_ends_only_when_it_has_looked_at_everything(store: Store) {
    let author = author(&store).await;
    let mut posts = alike(&author, 60);
    for post in posts.iter_mut().step_by(23) {
        post.content = content("A needle.");
    }
    store.add_posts(&posts).await;
    let searched = PostFilter { search: Some(term("needle")), ..PostFilter::default() };
    posts.retain(|post| post.content.as_str().contains("needle"));
    for sort in all_sorts::<PostSortField>() {
        assert_eq!(
            store.posts_by_walk(&searched, sort, 2).await,
            in_order(posts.clone(), sort),
            "steps of a search may be short, but must lead to its end: {}",
            order_name(sort)
        );
    }
}
