use basalt_domain::{Role, TokenGeneration, User};

use crate::{
    Store,
    samples::{admin, at, renamed, token_id, user},
};

pub(super) async fn a_state_shows_every_revocation_before_it(store: Store) {
    let ann = user("ann");
    store.add(&ann).await;
    let (by_itself, in_unit) = (token_id(), token_id());
    assert!(!store.is_revoked(&ann, by_itself).await);
    assert!(!store.is_revoked(&ann, in_unit).await);
    store.revoke(&ann, by_itself, 1_000).await;
    assert!(store.is_revoked(&ann, by_itself).await, "a revocation must be seen at once");
    let unit = store.begin().await;
    let revoked = unit.auth_states().revoke(ann.id, in_unit, at(1_000)).await;
    revoked.expect("a token is revoked");
    unit.commit().await.expect("a unit commits");
    assert!(
        store.is_revoked(&ann, in_unit).await,
        "a revocation in a unit must be seen from its commit on"
    );
}

pub(super) async fn a_state_shows_every_end_of_all_tokens_before_it(store: Store) {
    let ann = user("ann");
    store.add(&ann).await;
    let token = token_id();
    for _ in 0..3 {
        store.state(&ann, token).await;
        let generation = store.end_all(ann.id).await;
        let state = store.state(&ann, token).await;
        assert_eq!(
            state.map(|state| state.generation),
            Some(generation),
            "an end of all tokens must be seen at once"
        );
    }
    let unit = store.begin().await;
    let ended = unit.auth_states().end_all(ann.id).await;
    let generation = ended.expect("all tokens are ended");
    unit.commit().await.expect("a unit commits");
    let state = store.state(&ann, token).await;
    assert_eq!(
        state.map(|state| state.generation),
        generation,
        "an end of all tokens in a unit must be seen from its commit on"
    );
}

pub(super) async fn a_state_shows_every_unit_that_committed_before_it(store: Store) {
    let boss = admin("boss");
    store.add(&boss).await;
    let token = token_id();
    let state = async || store.state(&boss, token).await;
    assert!(state().await.is_some());

    let demoted = User { role: Role::User, ..renamed(&boss, "Boss") };
    store.change_in_unit(&boss, &demoted).await;
    let seen = state().await.map(|state| state.role);
    assert_eq!(seen, Some(Role::User), "a demotion must be seen from its commit on");

    let resting = User { active: false, ..renamed(&demoted, "Boss") };
    store.change_in_unit(&demoted, &resting).await;
    let seen = state().await.map(|state| state.active);
    assert_eq!(seen, Some(false), "a deactivation must be seen from its commit on");

    let unit = store.begin().await;
    let deleted = unit.users().delete(resting.id, resting.version).await;
    deleted.expect("a user is deleted");
    unit.commit().await.expect("a unit commits");
    assert_eq!(state().await, None, "a deletion must be seen from its commit on");
}

pub(super) async fn a_state_does_not_show_what_a_unit_has_not_committed(store: Store) {
    let ann = user("ann");
    store.add(&ann).await;
    let token = token_id();
    let unit = store.begin().await;
    let revoked = unit.auth_states().revoke(ann.id, token, at(1_000)).await;
    revoked.expect("a token is revoked");
    let ended = unit.auth_states().end_all(ann.id).await;
    ended.expect("all tokens are ended");
    let state = store.state(&ann, token).await.expect("ann is there");
    assert!(
        !state.revoked && state.generation == TokenGeneration::FIRST,
        "what a unit does to tokens must not be seen before its commit"
    );
    drop(unit);
    let state = store.state(&ann, token).await.expect("ann is there");
    assert!(
        !state.revoked && state.generation == TokenGeneration::FIRST,
        "what a dropped unit did to tokens must not have happened"
    );
}

pub(super) async fn a_state_read_beside_an_open_unit_does_not_outlive_its_commit(store: Store) {
    let ann = user("ann");
    store.add(&ann).await;
    let token = token_id();
    for _ in 0..10 {
        let unit = store.begin().await;
        let ended = unit.auth_states().end_all(ann.id).await;
        let generation = ended.expect("all tokens are ended");
        let reader = {
            let (store, ann) = (store.clone(), ann.clone());
            tokio::spawn(async move { store.state(&ann, token).await })
        };
        store.state(&ann, token).await;
        unit.commit().await.expect("a unit commits");
        let state = store.state(&ann, token).await;
        assert_eq!(
            state.map(|state| state.generation),
            generation,
            "a state that was read beside a unit must not outlive its commit"
        );
        reader.await.expect("a reader is done");
        let state = store.state(&ann, token).await;
        assert_eq!(
            state.map(|state| state.generation),
            generation,
            "a late reader must not put an older state back"
        );
    }
}
