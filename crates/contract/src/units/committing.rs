use basalt_domain::{TokenGeneration, UnsavedPost, ports::Claim};

use crate::{
    Store,
    samples::{at, hash, post, record, renamed, retitled, token_id, user},
};

pub(super) async fn all_writes_of_a_unit_are_seen_after_its_commit(store: Store) {
    const SEEN: &str = "all writes of a unit must be seen after its commit";
    let (ann, bob, cid) = (user("ann"), user("bob"), user("cid"));
    store.add_all(&[ann.clone(), cid.clone()]).await;
    let (old, new) = (post(&ann, "Old"), post(&bob, "New"));
    store.add_post(&old).await;
    let (anne, next) = (renamed(&ann, "Anne"), retitled(&old, "Next"));
    let (token, key) = (token_id(), record("key", &bob));

    let unit = store.begin().await;
    let claim = unit.idempotency().claim(&key, at(0)).await;
    assert_eq!(claim.expect("a key is claimed"), Claim::Made);
    let users = unit.users();
    users.insert(&bob, &hash("b")).await.expect("a user is added");
    let updated = users.update(&anne, ann.version).await;
    updated.expect("a user is updated");
    let deleted = users.delete(cid.id, cid.version).await;
    deleted.expect("a user is deleted");
    let replaced = users.replace_password(ann.id, &hash("first"), &hash("2")).await;
    assert!(replaced.expect("a password is replaced"));
    let added = unit.posts().insert(&UnsavedPost::from(&new)).await;
    added.expect("a post is added");
    let updated = unit.posts().update(&next, old.version).await;
    updated.expect("a post is updated");
    let ended = unit.auth_states().end_all(ann.id).await;
    let generation = ended.expect("all tokens are ended");
    let revoked = unit.auth_states().revoke(bob.id, token, at(9)).await;
    revoked.expect("a token is revoked");
    unit.commit().await.expect("a unit commits");

    assert_eq!(store.user(bob.id).await.as_ref(), Some(&bob), "{SEEN}");
    assert_eq!(store.user(ann.id).await.as_ref(), Some(&anne), "{SEEN}");
    assert_eq!(store.user(cid.id).await, None, "{SEEN}");
    assert_eq!(store.hash_of(&ann.email).await, Some(hash("2")), "{SEEN}");
    assert_eq!(store.post(&new).await, Some(new), "{SEEN}");
    let found = store.post(&old).await.map(|post| post.title);
    assert_eq!(found, Some(next.title), "{SEEN}");
    let found = store.idempotency.find(key.scope, &key.key, at(0)).await;
    assert_eq!(found.expect("a record is read"), Some(key), "{SEEN}");
    let state = store.auth_states.find(ann.id, token_id()).await;
    let state = state.expect("a state is read").expect(SEEN);
    assert_eq!(Some(state.generation), generation, "{SEEN}");
    assert_ne!(state.generation, TokenGeneration::FIRST, "{SEEN}");
    let state = store.auth_states.find(bob.id, token).await;
    assert!(state.expect("a state is read").expect(SEEN).revoked, "{SEEN}");
}

pub(super) async fn a_unit_without_writes_commits(store: Store) {
    let ann = user("ann");
    store.add(&ann).await;
    let unit = store.begin().await;
    let committed = unit.commit().await;
    assert!(committed.is_ok(), "a unit that did nothing must commit: {committed:?}");
    let unit = store.begin().await;
    let found = unit.users().find(ann.id).await;
    assert_eq!(found.expect("a user is read"), Some(ann));
    let committed = unit.commit().await;
    assert!(committed.is_ok(), "a unit that only read must commit: {committed:?}");
}

pub(super) async fn units_follow_each_other(store: Store) {
    for number in 0..50 {
        let unit = store.begin().await;
        let one = user(&format!("user{number}"));
        let added = unit.users().insert(&one, &hash("x")).await;
        added.expect("a user is added");
        if number % 2 == 0 {
            unit.commit().await.expect("a unit commits");
        }
    }
    let page = store.users_in(&basalt_domain::UserFilter::default()).await;
    assert_eq!(
        page.len(),
        25,
        "units that end must make room for the next, whether they commit or not"
    );
}

pub(super) async fn writes_outside_of_units_are_kept_beside_them(store: Store) {
    let outside = {
        let store = store.clone();
        tokio::spawn(async move {
            for number in 0..20 {
                store.add(&user(&format!("outside{number}"))).await;
            }
        })
    };
    for number in 0..20 {
        let unit = store.begin().await;
        let one = user(&format!("inside{number}"));
        let added = unit.users().insert(&one, &hash("x")).await;
        added.expect("a user is added");
        tokio::task::yield_now().await;
        unit.commit().await.expect("a unit commits");
    }
    outside.await.expect("the writes outside are done");
    let page = store.users_in(&basalt_domain::UserFilter::default()).await;
    assert_eq!(page.len(), 40, "a unit's commit must not undo what was written beside it");
}
