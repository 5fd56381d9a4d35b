use basalt_domain::{
    PostFilter, Sort, TokenGeneration, UnsavedPost, UserFilter,
    ports::{Outcome, StoreError, WriteUserError},
};

use crate::{
    Store,
    listing::page_request,
    race::{RIVALS, race},
    samples::{at, hash, post, renamed, retitled, token_id, user},
};

pub(super) async fn a_unit_sees_its_own_writes(store: Store) {
    const SEES: &str = "a unit must see its own writes";
    let ann = user("ann");
    let unit = store.begin().await;
    let added = unit.users().insert(&ann, &hash("first")).await;
    added.expect("a user is added");
    let found = unit.users().find(ann.id).await;
    assert_eq!(found.expect("a user is read").as_ref(), Some(&ann), "{SEES}");

    let anne = renamed(&ann, "Anne");
    let updated = unit.users().update(&anne, ann.version).await;
    assert_eq!(updated.expect("a user is updated"), Outcome::Done, "{SEES}");
    let listed =
        unit.users().page(&UserFilter::default(), Sort::default(), page_request(1, 10)).await;
    assert_eq!(listed.expect("a page is read").items, std::slice::from_ref(&anne), "{SEES}");

    let text = post(&anne, "Text");
    let added = unit.posts().insert(&UnsavedPost::from(&text)).await;
    added.expect("a post by an author of this unit is added");
    let next = retitled(&text, "Next");
    let updated = unit.posts().update(&next, text.version).await;
    assert_eq!(updated.expect("a post is updated"), Outcome::Done, "{SEES}");
    let found = unit.posts().find(text.id).await;
    assert_eq!(found.expect("a post is read"), Some(next), "{SEES}");

    let token = token_id();
    let ended = unit.auth_states().end_all(ann.id).await;
    let generation = ended.expect("all tokens are ended");
    let revoked = unit.auth_states().revoke(ann.id, token, at(9)).await;
    revoked.expect("a token is revoked");
    let state = unit.auth_states().find(ann.id, token).await;
    let state = state.expect("a state is read").expect(SEES);
    assert!(state.revoked, "{SEES}");
    assert_eq!(Some(state.generation), generation, "{SEES}");
}

pub(super) async fn nobody_sees_a_units_writes_before_its_commit(store: Store) {
    const HIDDEN: &str = "nobody must see a unit's writes before its commit";
    let ann = user("ann");
    store.add(&ann).await;
    let text = post(&ann, "Text");
    store.add_post(&text).await;
    let token = token_id();

    let bob = user("bob");
    let unit = store.begin().await;
    let users = unit.users();
    users.insert(&bob, &hash("x")).await.expect("a user is added");
    let updated = users.update(&renamed(&ann, "Anne"), ann.version).await;
    updated.expect("a user is updated");
    let replaced = users.replace_password(ann.id, &hash("first"), &hash("2")).await;
    assert!(replaced.expect("a password is replaced"));
    let updated = unit.posts().update(&retitled(&text, "Next"), text.version).await;
    updated.expect("a post is updated");
    let ended = unit.auth_states().end_all(ann.id).await;
    ended.expect("all tokens are ended");

    assert_eq!(store.user(bob.id).await, None, "{HIDDEN}");
    assert_eq!(store.user(ann.id).await, Some(ann.clone()), "{HIDDEN}");
    let listed = store.users_in(&UserFilter::default()).await;
    assert_eq!(listed, std::slice::from_ref(&ann), "{HIDDEN}");
    let credentials = store.hash_of(&ann.email).await;
    assert_eq!(credentials, Some(hash("first")), "{HIDDEN}");
    assert_eq!(store.post(&text).await, Some(text.clone()), "{HIDDEN}");
    let listed = store.posts_in(&PostFilter::default()).await;
    assert_eq!(listed, [text], "{HIDDEN}");
    let state = store.auth_states.find(ann.id, token).await;
    let state = state.expect("a state is read").expect("ann is there");
    assert_eq!(state.generation, TokenGeneration::FIRST, "{HIDDEN}");
}

pub(super) async fn a_unit_does_not_see_what_another_has_not_committed(store: Store) {
    // Whether the second unit begins beside the first or waits for its end is the store's choice.
    let bob = user("bob");
    let first = store.begin().await;
    let added = first.users().insert(&bob, &hash("x")).await;
    added.expect("a user is added");
    let second = {
        let (store, id) = (store.clone(), bob.id);
        tokio::spawn(async move {
            let unit = store.begin().await;
            unit.users().find(id).await.expect("a user is read")
        })
    };
    for _ in 0..RIVALS {
        tokio::task::yield_now().await;
    }
    drop(first);
    assert_eq!(
        second.await.expect("the second unit is done"),
        None,
        "a unit must not see what another has not committed"
    );
}

pub(super) async fn reading_does_not_wait_for_an_open_unit(store: Store) {
    let ann = user("ann");
    store.add(&ann).await;
    let unit = store.begin().await;
    let updated = unit.users().update(&renamed(&ann, "Anne"), ann.version).await;
    updated.expect("a user is updated");
    // A reader that waits for the unit would wait for ever, since the unit waits for the reader.
    assert_eq!(
        store.user(ann.id).await,
        Some(ann.clone()),
        "reading must not wait for an open unit"
    );
    unit.commit().await.expect("a unit commits");
    assert_eq!(
        store.user(ann.id).await,
        Some(renamed(&ann, "Anne")),
        "reading must show the unit after its commit"
    );
}

pub(super) async fn units_that_raise_one_version_lose_no_write(store: Store) {
    let ann = user("ann");
    store.add(&ann).await;
    race(RIVALS, |number| {
        let (store, id) = (store.clone(), ann.id);
        async move {
            loop {
                let unit = store.begin().await;
                let found = unit.users().find(id).await.expect("a user is read");
                let before = found.expect("ann is there");
                let next = renamed(&before, &format!("{} {number}", before.name.as_str()));
                match unit.users().update(&next, before.version).await {
                    Ok(Outcome::Done) => {
                        unit.commit().await.expect("a unit commits");
                        return;
                    }
                    // What a store says whose units run beside each other.
                    Ok(Outcome::Stale) | Err(WriteUserError::Store(StoreError::Unavailable(_))) => {
                    }
                    other => panic!("a user must be updated or stale: {other:?}"),
                }
            }
        }
    })
    .await;
    let last = store.user(ann.id).await.expect("ann is there");
    let rivals = i64::try_from(RIVALS).expect("a small number");
    assert_eq!(
        last.version.number(),
        ann.version.number() + rivals,
        "each of {RIVALS} units must have made one version"
    );
    assert_eq!(
        last.name.as_str().split(' ').count(),
        RIVALS + 1,
        "no unit may overwrite what another wrote: {:?}",
        last.name
    );
}
