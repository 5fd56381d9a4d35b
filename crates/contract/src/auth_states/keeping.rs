use std::time::Duration;

use basalt_domain::{AuthState, Role, TokenId, User};

use super::KeptAuthStates;
use crate::samples::{admin, at, renamed, token_id, user};

/// The longest that a state may be kept.
const KEPT: Duration = Duration::from_secs(1);

impl KeptAuthStates {
    async fn state(&self, user: &User, token: TokenId) -> Option<AuthState> {
        let state = self.kept.find(user.id, token).await;
        state.expect("a state is read")
    }

    /// Looks at the state of an administrator, lets `change` happen elsewhere and a second pass,
    /// and looks again.
    async fn after(&self, change: impl AsyncFnOnce(&User, TokenId)) -> Option<AuthState> {
        let boss = admin("boss");
        let token = token_id();
        self.elsewhere.add(&boss).await;
        let before = self.state(&boss, token).await.expect("boss is there");
        assert!(before.active && !before.revoked && before.role == Role::Admin);
        change(&boss, token).await;
        (self.advance)(KEPT).await;
        self.state(&boss, token).await
    }
}

pub(super) async fn a_demotion_elsewhere_is_seen_within_a_second(states: KeptAuthStates) {
    let demote = async |boss: &User, _| {
        let next = User { role: Role::User, ..renamed(boss, "Boss") };
        states.elsewhere.change_in_unit(boss, &next).await;
    };
    let state = states.after(demote).await.expect("boss is there");
    assert_eq!(
        state.role,
        Role::User,
        "no state may be kept longer than a second: a demotion elsewhere is not seen"
    );
}

pub(super) async fn a_deactivation_elsewhere_is_seen_within_a_second(states: KeptAuthStates) {
    let deactivate = async |boss: &User, _| {
        let next = User { active: false, ..renamed(boss, "Boss") };
        states.elsewhere.change_in_unit(boss, &next).await;
    };
    let state = states.after(deactivate).await.expect("boss is there");
    assert!(
        !state.active,
        "no state may be kept longer than a second: a deactivation elsewhere is not seen"
    );
}

pub(super) async fn a_deletion_elsewhere_is_seen_within_a_second(states: KeptAuthStates) {
    let delete = async |boss: &User, _| {
        let deleted = states.elsewhere.users.delete(boss.id, boss.version).await;
        deleted.expect("a user is deleted");
    };
    let state = states.after(delete).await;
    assert_eq!(
        state, None,
        "no state may be kept longer than a second: a deletion elsewhere is not seen"
    );
}

pub(super) async fn an_end_of_all_tokens_elsewhere_is_seen_within_a_second(states: KeptAuthStates) {
    let end = async |boss: &User, _| {
        states.elsewhere.end_all(boss.id).await;
    };
    let boss = states.after(end).await.expect("boss is there");
    assert_ne!(
        boss.generation,
        basalt_domain::TokenGeneration::FIRST,
        "no state may be kept longer than a second: an end of all tokens elsewhere is not seen"
    );
}

pub(super) async fn a_revocation_elsewhere_is_seen_within_a_second(states: KeptAuthStates) {
    let revoke = async |boss: &User, token| {
        let revoked = states.elsewhere.auth_states.revoke(boss.id, token, at(9));
        revoked.await.expect("a token is revoked");
    };
    let state = states.after(revoke).await.expect("boss is there");
    assert!(
        state.revoked,
        "no state may be kept longer than a second: a revocation elsewhere is not seen"
    );
}

pub(super) async fn a_user_added_elsewhere_is_seen_within_a_second(states: KeptAuthStates) {
    let ann = user("ann");
    let token = token_id();
    assert_eq!(states.state(&ann, token).await, None);
    states.elsewhere.add(&ann).await;
    (states.advance)(KEPT).await;
    assert!(
        states.state(&ann, token).await.is_some(),
        "that somebody is nobody may not be kept longer than a second"
    );
}

pub(super) async fn a_state_that_is_asked_for_all_the_time_is_not_kept_longer(
    states: KeptAuthStates,
) {
    let ann = user("ann");
    let token = token_id();
    states.elsewhere.add(&ann).await;
    states.state(&ann, token).await;
    states.elsewhere.end_all(ann.id).await;
    for _ in 0..10 {
        (states.advance)(KEPT / 10).await;
        states.state(&ann, token).await;
    }
    let state = states.state(&ann, token).await.expect("ann is there");
    assert_ne!(
        state.generation,
        basalt_domain::TokenGeneration::FIRST,
        "asking for a state must not make it last longer"
    );
}
