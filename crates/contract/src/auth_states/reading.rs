use basalt_domain::{AuthState, TokenGeneration, User};

use crate::{
    Store,
    samples::{admin, token_id, user, user_id},
};

pub(super) async fn a_state_has_the_users_role_activity_and_generation(store: Store) {
    let resting = User { active: false, ..user("resting") };
    let users = [user("plain"), admin("boss"), resting];
    store.add_all(&users).await;
    for user in &users {
        let state = store.auth_states.find(user.id, token_id()).await;
        let expected = AuthState {
            role: user.role,
            active: user.active,
            generation: TokenGeneration::FIRST,
            revoked: false,
        };
        assert_eq!(
            state.expect("a state is read"),
            Some(expected),
            "a state must have the user's role, activity and generation"
        );
    }
}

pub(super) async fn the_state_of_nobody_is_none_and_no_error(store: Store) {
    store.add(&user("somebody")).await;
    let state = store.auth_states.find(user_id(), token_id()).await;
    let state = state.expect("asking for nobody's state must not be an error");
    assert_eq!(state, None, "nobody must have no state");
}
