use basalt_domain::{
    Post, PostFilter, PostVisibility, UnsavedPost, User,
    ports::{InsertPostError, Outcome},
};

use crate::{
    Store,
    race::{RIVALS, ROUNDS, race},
    samples::{at, content, post, renamed, retitled, user},
};

async fn ann_with_a_post(store: &Store) -> (User, Post) {
    let ann = user("ann");
    store.add(&ann).await;
    let text = another_post(store, &ann).await;
    (ann, text)
}

async fn another_post(store: &Store, ann: &User) -> Post {
    let text = post(ann, "Text");
    store.add_post(&text).await;
    text
}

pub(super) async fn an_insertion_gives_the_post_with_its_present_author(store: Store) {
    let ann = user("ann");
    store.add(&ann).await;
    let anne = renamed(&ann, "Anne");
    store.change_in_unit(&ann, &anne).await;
    let text = post(&anne, "Text");
    let given = store.posts.insert(&UnsavedPost::from(&text)).await;
    assert_eq!(
        given.expect("a post is added"),
        text,
        "an insertion must give the post with its author as they are now"
    );
}

pub(super) async fn a_post_by_nobody_is_refused_as_such_and_leaves_nothing(store: Store) {
    let orphan = post(&user("nobody"), "Orphan");
    let refused = store.posts.insert(&UnsavedPost::from(&orphan)).await;
    assert!(
        matches!(refused, Err(InsertPostError::AuthorMissing)),
        "a post whose author is gone must be refused as such: {refused:?}"
    );
    assert_eq!(store.post(&orphan).await, None, "a refused post must leave nothing");
}

pub(super) async fn posts_that_race_with_their_authors_deletion_leave_no_orphan(store: Store) {
    for round in 0..ROUNDS {
        let ann = user(&format!("ann{round}"));
        store.add(&ann).await;
        let answers = race(RIVALS, |number| {
            let (store, ann) = (store.clone(), ann.clone());
            async move {
                if number == RIVALS / 2 {
                    let deleted = store.users.delete(ann.id, ann.version).await;
                    assert_eq!(deleted.expect("a user is deleted"), Outcome::Done);
                    return Ok(());
                }
                let late = UnsavedPost::from(&post(&ann, "Late"));
                store.posts.insert(&late).await.map(drop)
            }
        })
        .await;
        for answer in &answers {
            assert!(
                matches!(answer, Ok(()) | Err(InsertPostError::AuthorMissing)),
                "an author who goes meanwhile must be missing, no other error: {answer:?}"
            );
        }
        for visibility in [PostVisibility::Published, PostVisibility::Drafts] {
            let filter = PostFilter { visibility, ..PostFilter::default() };
            let left = store.posts_in(&filter).await;
            assert_eq!(left, [], "no post may outlive its author");
        }
    }
}

pub(super) async fn an_update_writes_the_post_and_neither_author_nor_creation(store: Store) {
    let (_, before) = ann_with_a_post(&store).await;
    let bob = user("bob");
    store.add(&bob).await;
    let other = post(&bob, "Of Bob");
    store.add_post(&other).await;
    let after = Post {
        content: content("Another text."),
        published: false,
        updated_at: at(654_321),
        ..retitled(&before, "Another title")
    };
    let written = Post { author: other.author.clone(), created_at: at(99), ..after.clone() };
    let outcome = store.posts.update(&written, before.version).await;
    assert_eq!(outcome.expect("a post is updated"), Outcome::Done);
    assert_eq!(
        store.post(&before).await,
        Some(after),
        "an update must write title, content, published, version and time, and nothing else"
    );
    assert_eq!(store.post(&other).await, Some(other), "an update must not touch another post");
}

pub(super) async fn an_update_at_another_version_is_stale_and_writes_nothing(store: Store) {
    let (_, before) = ann_with_a_post(&store).await;
    let next = retitled(&before, "Next");
    let outcome = store.posts.update(&next, before.version.next()).await;
    assert_eq!(
        outcome.expect("a stale version is no error"),
        Outcome::Stale,
        "an update at another version must be stale"
    );
    assert_eq!(store.post(&before).await, Some(before), "a stale update must write nothing");
}

pub(super) async fn of_twenty_updates_at_one_version_exactly_one_is_done(store: Store) {
    let (ann, _) = ann_with_a_post(&store).await;
    for _ in 0..ROUNDS {
        let before = another_post(&store, &ann).await;
        let outcomes = race(RIVALS, |number| {
            let posts = store.posts.clone();
            let next = retitled(&before, &format!("Title {number}"));
            let expected = before.version;
            async move {
                let outcome = posts.update(&next, expected).await;
                outcome.expect("a race on a version is no error")
            }
        })
        .await;
        let done = |outcome: &&Outcome| **outcome == Outcome::Done;
        assert_eq!(
            outcomes.iter().filter(done).count(),
            1,
            "of {RIVALS} updates at one version exactly one must be done: {outcomes:?}"
        );
        let winner = outcomes.iter().position(|outcome| *outcome == Outcome::Done);
        assert_eq!(
            store.post(&before).await,
            winner.map(|number| retitled(&before, &format!("Title {number}"))),
            "what was written must be what the winner wrote"
        );
    }
}

pub(super) async fn an_update_of_no_post_is_missing(store: Store) {
    let (ann, _) = ann_with_a_post(&store).await;
    let nothing = post(&ann, "Never added");
    let outcome = store.posts.update(&nothing, nothing.version).await;
    assert_eq!(
        outcome.expect("an update of nothing is no error"),
        Outcome::Missing,
        "an update of no post must be missing"
    );
    assert_eq!(store.post(&nothing).await, None, "an update must not add a post");
}

pub(super) async fn an_authors_rename_makes_no_version_of_the_post_stale(store: Store) {
    let (ann, text) = ann_with_a_post(&store).await;
    store.change_in_unit(&ann, &renamed(&ann, "Anne")).await;
    let outcome = store.posts.update(&retitled(&text, "Next"), text.version).await;
    assert_eq!(
        outcome.expect("a post is updated"),
        Outcome::Done,
        "an author's rename must not make the post's version stale"
    );
}

pub(super) async fn a_deleted_post_is_gone(store: Store) {
    let (ann, text) = ann_with_a_post(&store).await;
    let kept = post(&ann, "Kept");
    store.add_post(&kept).await;
    let outcome = store.posts.delete(text.id, text.version).await;
    assert_eq!(outcome.expect("a post is deleted"), Outcome::Done);
    assert_eq!(store.post(&text).await, None, "a deleted post must be gone");
    assert_eq!(store.post(&kept).await, Some(kept), "another post must stay");
}

pub(super) async fn a_deletion_at_another_version_is_stale_and_deletes_nothing(store: Store) {
    let (_, text) = ann_with_a_post(&store).await;
    let outcome = store.posts.delete(text.id, text.version.next()).await;
    assert_eq!(
        outcome.expect("a stale version is no error"),
        Outcome::Stale,
        "a deletion at another version must be stale"
    );
    assert_eq!(store.post(&text).await, Some(text), "a stale deletion must delete nothing");
}

pub(super) async fn of_twenty_deletions_exactly_one_is_done(store: Store) {
    let (ann, _) = ann_with_a_post(&store).await;
    for _ in 0..ROUNDS {
        let text = another_post(&store, &ann).await;
        let outcomes = race(RIVALS, |_| {
            let (posts, id, expected) = (store.posts.clone(), text.id, text.version);
            async move {
                let outcome = posts.delete(id, expected).await;
                outcome.expect("a race of deletions is no error")
            }
        })
        .await;
        let done = |outcome: &&Outcome| **outcome == Outcome::Done;
        assert_eq!(
            outcomes.iter().filter(done).count(),
            1,
            "of {RIVALS} deletions exactly one must be done: {outcomes:?}"
        );
        assert!(!outcomes.contains(&Outcome::Stale), "the others must find no post: {outcomes:?}");
    }
}

pub(super) async fn a_deletion_of_no_post_is_missing(store: Store) {
    let (ann, _) = ann_with_a_post(&store).await;
    let nothing = post(&ann, "Never added");
    let outcome = store.posts.delete(nothing.id, nothing.version).await;
    assert_eq!(
        outcome.expect("a deletion of nothing is no error"),
        Outcome::Missing,
        "a deletion of no post must be missing"
    );
}
