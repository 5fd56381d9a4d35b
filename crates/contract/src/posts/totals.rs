//! Totals that are not counted when they are asked for have to be right all the same.

use basalt_domain::{Post, PostFilter, PostVisibility, Total, UnsavedPost, User};

use super::order::author;
use crate::{
    Store,
    listing::page_request,
    race::{RIVALS, race},
    samples::{draft, post, retitled, term, user},
};

fn drafts() -> PostFilter {
    PostFilter { visibility: PostVisibility::Drafts, ..PostFilter::default() }
}

/// Asserts the totals of all published posts and of all drafts, and that as many are there.
async fn assert_totals(store: &Store, published: u64, hidden: u64, after: &str) {
    for (filter, expected) in [(PostFilter::default(), published), (drafts(), hidden)] {
        let page = store.page_of(filter.clone()).await;
        assert_eq!(
            (page.page.total, page.page.items.len() as u64),
            (Total::exact(expected), expected),
            "a total must be exact after {after}: {filter:?}"
        );
    }
}

fn published(draft: &Post) -> Post {
    Post { published: true, ..retitled(draft, "Published") }
}

fn taken_back(post: &Post) -> Post {
    Post { published: false, ..retitled(post, "Taken back") }
}

pub(super) async fn totals_follow_a_post_from_draft_to_published_and_back(store: Store) {
    let ann = author(&store).await;
    let (shown, hidden) = (post(&ann, "Shown"), draft(&ann, "Hidden"));
    store.add_posts(&[shown.clone(), hidden.clone()]).await;
    assert_totals(&store, 1, 1, "two insertions").await;
    let published = published(&hidden);
    store.update_post(&hidden, &published).await;
    assert_totals(&store, 2, 0, "a publication").await;
    let retitled = retitled(&published, "Another");
    store.update_post(&published, &retitled).await;
    assert_totals(&store, 2, 0, "a new title").await;
    let back = taken_back(&shown);
    store.update_post(&shown, &back).await;
    assert_totals(&store, 1, 1, "a post was taken back").await;
    let stale = store.posts.delete(back.id, back.version.next()).await;
    stale.expect("a stale version is no error");
    assert_totals(&store, 1, 1, "a stale deletion").await;
    store.delete_post(&back).await;
    store.delete_post(&retitled).await;
    assert_totals(&store, 0, 0, "two deletions").await;
}

pub(super) async fn totals_do_not_count_what_was_rolled_back(store: Store) {
    let ann = author(&store).await;
    let (shown, hidden) = (post(&ann, "Shown"), draft(&ann, "Hidden"));
    store.add_posts(&[shown.clone(), hidden.clone()]).await;
    let unit = store.begin().await;
    for new in [post(&ann, "New"), draft(&ann, "New")] {
        unit.posts().insert(&UnsavedPost::from(&new)).await.expect("a post is added");
    }
    let updated = unit.posts().update(&published(&hidden), hidden.version).await;
    updated.expect("a post is updated");
    let deleted = unit.posts().delete(shown.id, shown.version).await;
    deleted.expect("a post is deleted");
    assert_totals(&store, 1, 1, "nothing that was committed").await;
    drop(unit);
    assert_totals(&store, 1, 1, "a rollback").await;
    let orphan = store.posts.insert(&UnsavedPost::from(&post(&user("nobody"), "Orphan"))).await;
    assert!(orphan.is_err(), "a post by nobody is refused");
    assert_totals(&store, 1, 1, "a post that was refused").await;
}

pub(super) async fn totals_do_not_count_the_posts_of_a_deleted_author(store: Store) {
    let (ann, bob) = (author(&store).await, user("bob"));
    store.add(&bob).await;
    for author in [&ann, &ann, &bob] {
        store.add_post(&post(author, "Shown")).await;
        store.add_post(&draft(author, "Hidden")).await;
    }
    assert_totals(&store, 3, 3, "six insertions").await;
    store.delete_in_unit(&ann).await;
    assert_totals(&store, 1, 1, "the deletion of an author").await;
    let deleted = store.posts.delete_some_of(bob.id, 10).await;
    assert_eq!(deleted.expect("posts are deleted"), 2);
    assert_totals(&store, 0, 0, "the deletion of an author's posts").await;
}

/// What each of many writers does; leaves one published post and two drafts.
async fn come_and_go(store: &Store, ann: &User) {
    let (one, two) = (post(ann, "One"), draft(ann, "Two"));
    store.add_post(&one).await;
    store.add_post(&two).await;
    store.update_post(&two, &published(&two)).await;
    store.update_post(&one, &taken_back(&one)).await;

    let unit = store.begin().await;
    for new in [post(ann, "Three"), draft(ann, "Four")] {
        unit.posts().insert(&UnsavedPost::from(&new)).await.expect("a post is added");
    }
    unit.commit().await.expect("a unit commits");
    store.delete_post(&published(&two)).await;

    let unit = store.begin().await;
    let added = unit.posts().insert(&UnsavedPost::from(&post(ann, "Never"))).await;
    added.expect("a post is added");
    drop(unit);
}

pub(super) async fn totals_stay_exact_beside_twenty_writers(store: Store) {
    let ann = author(&store).await;
    race(RIVALS, |_| {
        let (store, ann) = (store.clone(), ann.clone());
        async move { come_and_go(&store, &ann).await }
    })
    .await;
    let writers = RIVALS as u64;
    assert_totals(&store, writers, 2 * writers, "twenty writers at once").await;
}

pub(super) async fn every_list_past_its_end_has_the_true_total(store: Store) {
    let (ann, bob) = (author(&store).await, user("bob"));
    store.add(&bob).await;
    for (author, posts) in [(&ann, 3), (&bob, 1)] {
        for _ in 0..posts {
            store.add_post(&post(author, "Shown needle")).await;
            store.add_post(&draft(author, "Hidden")).await;
        }
    }
    let of_ann = |visibility| PostFilter { visibility, author: Some(ann.id), search: None };
    let searched = PostFilter { search: Some(term("needle")), ..PostFilter::default() };
    for (filter, expected) in [
        (PostFilter::default(), 4),
        (drafts(), 4),
        (of_ann(PostVisibility::Published), 3),
        (of_ann(PostVisibility::Drafts), 3),
        (of_ann(PostVisibility::DraftsOf(ann.id)), 3),
        (of_ann(PostVisibility::DraftsOf(bob.id)), 0),
        (searched.clone(), 4),
        (PostFilter { search: searched.search, ..of_ann(PostVisibility::Published) }, 3),
    ] {
        for request in [page_request(1, 2), page_request(5, 10), page_request(100, 100)] {
            let sort = basalt_domain::Sort::default();
            let page = store.post_page(&filter, sort, request).await;
            assert_eq!(
                page.total,
                Total::exact(expected),
                "a page must have its list's true total, whatever it shows: {filter:?}"
            );
        }
    }
}
