use basalt_domain::{Post, UnsavedPost, User};

use super::Seen;
use crate::{
    Store,
    race::{RIVALS, ROUNDS, race},
    samples::{content, draft, post, renamed, retitled, user},
};

pub(super) async fn author(store: &Store) -> User {
    let ann = user("ann");
    store.add(&ann).await;
    ann
}

pub(super) async fn a_published_post_that_comes_changes_or_goes_changes_the_version(store: Store) {
    let ann = author(&store).await;
    let mut seen = Seen::of(&store).await;
    let one = post(&ann, "One");
    store.add_post(&one).await;
    seen.assert_changed("an insertion").await;
    let two = retitled(&one, "Two");
    store.update_post(&one, &two).await;
    seen.assert_changed("a new title").await;
    let three =
        Post { content: content("Another text."), version: two.version.next(), ..two.clone() };
    store.update_post(&two, &three).await;
    seen.assert_changed("a new text").await;
    store.delete_post(&three).await;
    seen.assert_changed("a deletion").await;

    let unit = store.begin().await;
    let added = unit.posts().insert(&UnsavedPost::from(&post(&ann, "In a unit"))).await;
    added.expect("a post is added");
    unit.commit().await.expect("a unit commits");
    seen.assert_changed("a unit").await;
}

pub(super) async fn publishing_a_draft_and_taking_it_back_change_the_version(store: Store) {
    let ann = author(&store).await;
    let hidden = draft(&ann, "Text");
    store.add_post(&hidden).await;
    let mut seen = Seen::of(&store).await;
    let shown = Post { published: true, ..retitled(&hidden, "Text") };
    store.update_post(&hidden, &shown).await;
    seen.assert_changed("a publication").await;
    let taken_back = Post { published: false, ..retitled(&shown, "Text") };
    store.update_post(&shown, &taken_back).await;
    seen.assert_changed("a post was taken back").await;
}

pub(super) async fn the_name_of_an_author_of_published_posts_changes_the_version(store: Store) {
    let ann = author(&store).await;
    store.add_post(&post(&ann, "Text")).await;
    let mut seen = Seen::of(&store).await;
    let anne = renamed(&ann, "Anne");
    store.change_in_unit(&ann, &anne).await;
    seen.assert_changed("an author's new name").await;
    store.change_in_unit(&anne, &renamed(&anne, "anne")).await;
    seen.assert_changed("another case in an author's name").await;
}

pub(super) async fn the_deletion_of_an_author_of_published_posts_changes_the_version(store: Store) {
    for number in 0..3 {
        let ann = user(&format!("ann{number}"));
        store.add(&ann).await;
        for _ in 0..number {
            store.add_post(&draft(&ann, "Hidden")).await;
        }
        store.add_post(&post(&ann, "Text")).await;
        let mut seen = Seen::of(&store).await;
        store.delete_in_unit(&ann).await;
        seen.assert_changed("the deletion of an author").await;
    }
}

pub(super) async fn a_batch_of_published_posts_that_goes_changes_the_version(store: Store) {
    let ann = author(&store).await;
    store.add_posts(&[post(&ann, "One"), post(&ann, "Two")]).await;
    let mut seen = Seen::of(&store).await;
    for _ in 0..2 {
        let deleted = store.posts.delete_some_of(ann.id, 1).await;
        assert_eq!(deleted.expect("a post is deleted"), 1);
        seen.assert_changed("the deletion of some posts").await;
    }
}

pub(super) async fn no_version_comes_back(store: Store) {
    let ann = author(&store).await;
    let mut text = post(&ann, "A");
    let mut seen = Seen::of(&store).await;
    store.add_post(&text).await;
    seen.assert_changed("an insertion").await;
    for title in ["B", "A", "B", "A", "B", "A"] {
        // The same version of the post too: what the row holds is then what it held before.
        let next = Post { title: retitled(&text, title).title, ..text.clone() };
        store.update_post(&text, &next).await;
        seen.assert_changed("a title that was there before").await;
        text = next;
    }
    for _ in 0..20 {
        store.delete_post(&text).await;
        seen.assert_changed("a deletion that leaves nothing").await;
        store.add_post(&text).await;
        seen.assert_changed("the insertion of what was there before").await;
    }
    store.delete_in_unit(&ann).await;
    seen.assert_changed("the deletion of everything").await;
}

pub(super) async fn each_of_twenty_writers_at_once_changes_the_version(store: Store) {
    let ann = author(&store).await;
    for _ in 0..ROUNDS {
        let pairs = race(RIVALS, |_| {
            let (store, text) = (store.clone(), post(&ann, "Text"));
            async move {
                let before = store.version().await;
                store.add_post(&text).await;
                (before, store.version().await)
            }
        })
        .await;
        for (before, after) in pairs {
            assert_ne!(
                before, after,
                "each of {RIVALS} writers at once must see another version than before its write"
            );
        }
    }
}
