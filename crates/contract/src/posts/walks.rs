use basalt_domain::{Direction, Post, PostFilter, PostSortField, PostVisibility, WalkRequest};

use super::order::{alike, author, various};
use crate::{
    Store,
    listing::{all_sorts, in_order, next_step, order_name, sort},
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
            let walked = store
                .posts_by_walk(&PostFilter::default(), sort, limit)
                .await;
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
        none.items.is_empty() && !none.has_more,
        "a walk over nothing must be over at once"
    );
    store.add_posts(&alike(&author(&store).await, 6)).await;
    let one = store.post_step(&everything, sort, &first).await;
    assert_eq!(
        (one.items.len(), one.has_more),
        (3, true),
        "the first step of two must be full and say that rows follow"
    );
    let two = store
        .post_step(&everything, sort, &next_step(sort, &one, 3))
        .await;
    assert_eq!(
        (two.items.len(), two.has_more),
        (3, false),
        "the last step must say that none follow, also when it is full"
    );
    let three = store
        .post_step(&everything, sort, &next_step(sort, &two, 3))
        .await;
    assert!(
        three.items.is_empty() && !three.has_more,
        "behind the last row there must be nothing"
    );
}

pub(super) async fn a_walk_returns_what_stays_once_while_other_posts_come_and_go(store: Store) {
    let author = author(&store).await;
    for direction in [Direction::Ascending, Direction::Descending] {
        let sort = sort(PostSortField::Title, direction);
        let word = format!("stays {direction:?}");
        let staying = PostFilter {
            search: Some(term(&word)),
            ..PostFilter::default()
        };
        let stays = |title: &str| Post {
            content: content(&word),
            ..post(&author, title)
        };
        let posts: Vec<_> = (0..10).map(|n| stays(&format!("M{}", n / 3))).collect();
        store.add_posts(&posts).await;

        let mut walked = Vec::new();
        let mut step = WalkRequest::new(None, 2);
        loop {
            let slice = store.post_step(&staying, sort, &step).await;
            step = next_step(sort, &slice, 2);
            walked.extend(slice.items);
            if !slice.has_more {
                break;
            }
            // The row that the position was made from goes, and others come on both sides of it.
            let last = walked.last().expect("the walk has begun");
            let deleted = store.posts.delete(last.id, last.version).await;
            deleted.expect("a post is deleted");
            for side in ["A", "Z"] {
                store.add_post(&post(&author, side)).await;
            }
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
    let drafts = PostFilter {
        visibility: PostVisibility::DraftsOf(author.id),
        ..PostFilter::default()
    };
    let sort = sort(PostSortField::CreatedAt, Direction::Descending);
    posts.retain(|post| !post.published);
    assert_eq!(
        store.posts_by_walk(&drafts, sort, 2).await,
        in_order(posts, sort),
        "a walk must hold all that passes its filter and nothing else"
    );
}
