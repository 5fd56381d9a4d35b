use basalt_domain::{AuthState, TokenId, User};

use crate::{
    Store,
    samples::{at, token_id, user},
};

impl Store {
    pub(super) async fn state(&self, user: &User, token: TokenId) -> Option<AuthState> {
        let state = self.auth_states.find(user.id, token).await;
        state.expect("a state is read")
    }

    pub(super) async fn is_revoked(&self, user: &User, token: TokenId) -> bool {
        let state = self.state(user, token).await;
        state.expect("the user is there").revoked
    }

    pub(super) async fn revoke(&self, user: &User, token: TokenId, expires_at: i64) {
        let revoked = self.auth_states.revoke(user.id, token, at(expires_at));
        revoked.await.expect("a token is revoked");
    }
}

pub(super) async fn a_revoked_token_is_revoked_and_no_other(store: Store) {
    let (ann, bob) = (user("ann"), user("bob"));
    store.add_all(&[ann.clone(), bob.clone()]).await;
    let (ended, other) = (token_id(), token_id());
    assert!(!store.is_revoked(&ann, ended).await, "a token must be good until it is revoked");
    store.revoke(&ann, ended, 1_000).await;
    assert!(store.is_revoked(&ann, ended).await, "a revoked token must be revoked");
    assert!(!store.is_revoked(&ann, other).await, "another token of the user must stay good");
    assert!(!store.is_revoked(&bob, other).await, "another user's token must stay good");
}

pub(super) async fn revoking_a_token_twice_is_no_error(store: Store) {
    let ann = user("ann");
    store.add(&ann).await;
    let token = token_id();
    store.revoke(&ann, token, 1_000).await;
    let again = store.auth_states.revoke(ann.id, token, at(1_000)).await;
    assert!(again.is_ok(), "revoking a token twice must be no error: {again:?}");
    assert!(store.is_revoked(&ann, token).await, "a token that was revoked twice must be revoked");
}

pub(super) async fn revoking_a_token_of_nobody_is_no_error(store: Store) {
    let nobody = user("nobody");
    let revoked = store.auth_states.revoke(nobody.id, token_id(), at(1_000));
    let revoked = revoked.await;
    assert!(
        revoked.is_ok(),
        "revoking a token of a user who is gone must be no error: {revoked:?}"
    );
}

pub(super) async fn revoking_a_token_makes_no_new_version(store: Store) {
    let ann = user("ann");
    store.add(&ann).await;
    store.revoke(&ann, token_id(), 1_000).await;
    assert_eq!(
        store.user(ann.id).await,
        Some(ann),
        "a logout must show nowhere: no new version, no later time"
    );
}

pub(super) async fn notes_of_expired_tokens_are_removed_at_most_as_many_as_asked(store: Store) {
    let ann = user("ann");
    store.add(&ann).await;
    for _ in 0..5 {
        store.revoke(&ann, token_id(), 10).await;
    }
    store.revoke(&ann, token_id(), 1_000).await;
    for (limit, expected) in [(2, 2), (2, 2), (2, 1), (2, 0)] {
        let removed = store.auth_states.remove_expired(at(500), limit).await;
        assert_eq!(
            removed.expect("expired notes are removed"),
            expected,
            "at most {limit} expired notes must be removed at once, and their number told"
        );
    }
}

pub(super) async fn notes_of_tokens_that_have_not_expired_stay(store: Store) {
    let ann = user("ann");
    store.add(&ann).await;
    let (early, late) = (token_id(), token_id());
    store.revoke(&ann, early, 10).await;
    store.revoke(&ann, late, 1_000).await;
    let removed = store.auth_states.remove_expired(at(9), 100).await;
    assert_eq!(
        removed.expect("expired notes are removed"),
        0,
        "nothing must be removed before it expires"
    );
    let removed = store.auth_states.remove_expired(at(999), 100).await;
    assert_eq!(removed.expect("expired notes are removed"), 1);
    assert!(
        store.is_revoked(&ann, late).await,
        "a revoked token must stay revoked until it expires"
    );
}
