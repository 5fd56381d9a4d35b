use basalt_domain::{Post, Role, UnsavedPost, User};

use super::{Seen, changing::author};
use crate::{
    Store,
    samples::{admin, at, draft, email, hash, post, record, renamed, retitled, token_id, user},
};

pub(super) async fn drafts_leave_the_version_as_it_is(store: Store) {
    let ann = author(&store).await;
    store.add_post(&post(&ann, "Shown")).await;
    let seen = Seen::of(&store).await;
    let hidden = draft(&ann, "Hidden");
    store.add_post(&hidden).await;
    seen.assert_stays("a new draft").await;
    let next = retitled(&hidden, "Still hidden");
    store.update_post(&hidden, &next).await;
    seen.assert_stays("a change of a draft").await;
    store.delete_post(&next).await;
    seen.assert_stays("the deletion of a draft").await;

    let bob = user("bob");
    store.add(&bob).await;
    store.add_posts(&[draft(&bob, "One"), draft(&bob, "Two")]).await;
    let deleted = store.posts.delete_some_of(bob.id, 1).await;
    assert_eq!(deleted.expect("a draft is deleted"), 1);
    seen.assert_stays("the deletion of some drafts").await;
    store.delete_in_unit(&bob).await;
    seen.assert_stays("the deletion of an author of drafts").await;
}

pub(super) async fn users_and_their_tokens_leave_the_version_as_it_is(store: Store) {
    let ann = author(&store).await;
    store.add_post(&post(&ann, "Text")).await;
    let seen = Seen::of(&store).await;
    store.add(&admin("bob")).await;
    seen.assert_stays("a registration").await;

    let next = |before: &User| User {
        version: before.version.next(),
        updated_at: at(1_000).after(before.updated_at),
        ..before.clone()
    };
    let promoted = User { role: Role::Admin, ..next(&ann) };
    store.change_in_unit(&ann, &promoted).await;
    seen.assert_stays("a role").await;
    let resting = User { active: false, ..next(&promoted) };
    store.change_in_unit(&promoted, &resting).await;
    seen.assert_stays("a deactivation").await;
    let moved = User { email: email("elsewhere@example.com"), ..next(&resting) };
    store.change_in_unit(&resting, &moved).await;
    seen.assert_stays("an address").await;

    let (from, to) = (hash("first"), hash("second"));
    let replaced = store.users.replace_password(ann.id, &from, &to).await;
    assert!(replaced.expect("a password is replaced"));
    seen.assert_stays("a password").await;
    let ended = store.auth_states.end_all(ann.id).await;
    ended.expect("all tokens are ended");
    seen.assert_stays("the end of all tokens").await;
    let revoked = store.auth_states.revoke(ann.id, token_id(), at(9)).await;
    revoked.expect("a token is revoked");
    seen.assert_stays("a revocation").await;
    let claimed = store.idempotency.claim(&record("key", &ann), at(0)).await;
    claimed.expect("a key is claimed");
    seen.assert_stays("an idempotency record").await;
    let removed = store.auth_states.remove_expired(at(10), 10).await;
    removed.expect("notes are removed");
    let removed = store.idempotency.remove_expired(at(1_000_001), 10).await;
    removed.expect("records are removed");
    seen.assert_stays("the removal of what has expired").await;
}

pub(super) async fn what_was_refused_leaves_the_version_as_it_is(store: Store) {
    let ann = author(&store).await;
    let text = post(&ann, "Text");
    store.add_post(&text).await;
    let seen = Seen::of(&store).await;
    let orphan = store.posts.insert(&UnsavedPost::from(&post(&user("nobody"), "Orphan"))).await;
    assert!(orphan.is_err(), "a post by nobody is refused");
    seen.assert_stays("a post that was refused").await;
    let stale = text.version.next();
    let updated = store.posts.update(&retitled(&text, "Next"), stale).await;
    updated.expect("a stale version is no error");
    let deleted = store.posts.delete(text.id, stale).await;
    deleted.expect("a stale version is no error");
    seen.assert_stays("writes at a stale version").await;
}

/// Writes of all kinds that change the version at their commit.
async fn write_in(unit: &dyn basalt_domain::ports::UnitOfWork, ann: &User, text: &Post) {
    let added = unit.posts().insert(&UnsavedPost::from(&post(ann, "New"))).await;
    added.expect("a post is added");
    let next = retitled(text, "Next");
    let updated = unit.posts().update(&next, text.version).await;
    updated.expect("a post is updated");
    let updated = unit.users().update(&renamed(ann, "Anne"), ann.version).await;
    updated.expect("a user is updated");
    let deleted = unit.posts().delete_some_of(ann.id, 1).await;
    deleted.expect("a post is deleted");
}

pub(super) async fn nobody_sees_a_units_version_before_its_commit(store: Store) {
    let ann = author(&store).await;
    let text = post(&ann, "Text");
    store.add_post(&text).await;
    let mut seen = Seen::of(&store).await;
    let unit = store.begin().await;
    write_in(&*unit, &ann, &text).await;
    seen.assert_stays("a unit that has not committed").await;
    unit.commit().await.expect("a unit commits");
    seen.assert_changed("the unit's commit").await;
}

pub(super) async fn a_unit_that_is_rolled_back_leaves_the_version_as_it_is(store: Store) {
    let ann = author(&store).await;
    let text = post(&ann, "Text");
    store.add_post(&text).await;
    let seen = Seen::of(&store).await;
    for _ in 0..3 {
        let unit = store.begin().await;
        write_in(&*unit, &ann, &text).await;
        drop(unit);
        seen.assert_stays("a unit that was rolled back").await;
    }
    // The next unit waits for the end of the one before where the store has one at a time.
    store.begin().await.commit().await.expect("a unit commits");
    seen.assert_stays("a unit that did nothing").await;
}
