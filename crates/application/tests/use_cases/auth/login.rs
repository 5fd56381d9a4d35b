use std::sync::Arc;

use basalt_application::{Auth, Error};
use basalt_domain::{
    CandidatePassword, TokenGeneration,
    ports::{Clock, HashError, MockPasswordHasher, MockTokens, MockUserRepository},
};

use super::{RIGHT, WRONG, one_check};
use crate::support::{
    PASSWORD, TOKEN_TTL, World, candidate, email, gone, present_hash, unavailable_while,
};

#[tokio::test]
async fn a_login_opens_a_session_that_says_whose_it_is_and_when_it_ends() {
    let world = World::new();
    let ann = world.user("ann").await;
    let session = world.login("ann").await;
    let claims = world.ports.tokens.verify(&session.token, world.clock.now()).unwrap();
    assert_eq!(session.user, ann);
    assert_eq!((claims.user, claims.generation), (ann.id, TokenGeneration::FIRST));
    // Tokens tell whole seconds, and the clock stands at half of one.
    assert_eq!(claims.issued_at.as_seconds(), world.clock.now().as_seconds());
    assert_eq!(claims.expires_at, claims.issued_at.plus(TOKEN_TTL));
    assert_eq!(session.expires_at, claims.expires_at);
}

#[tokio::test]
async fn each_login_gets_a_token_of_its_own() {
    let world = World::new();
    world.user("ann").await;
    assert_ne!(world.login("ann").await.token, world.login("ann").await.token);
}

#[tokio::test]
async fn unknown_wrong_and_deactivated_get_the_same_answer() {
    let world = World::new();
    world.user("ann").await;
    let resting = world.user("resting").await;
    world.deactivate(&resting).await;
    for (name, offered) in [("nobody", PASSWORD), ("ann", "wrong"), ("resting", PASSWORD)] {
        let refused = world.auth().login(&email(name), &candidate(offered)).await;
        assert_refused!(refused, Error::InvalidCredentials);
    }
}

#[tokio::test]
async fn unknown_wrong_and_deactivated_cost_the_same_work() {
    let world = World::new();
    world.user("ann").await;
    let resting = world.user("resting").await;
    world.deactivate(&resting).await;
    for (name, offered, compared_with) in [
        ("nobody", PASSWORD, None),
        ("ann", "wrong", Some(present_hash(PASSWORD))),
        ("resting", PASSWORD, None),
    ] {
        let hasher = one_check(candidate(offered), compared_with, WRONG);
        let auth = Auth::new(world.ports_with(|ports| ports.hasher = Arc::new(hasher)));
        let refused = auth.login(&email(name), &candidate(offered)).await;
        assert_refused!(refused, Error::InvalidCredentials);
    }
}

#[tokio::test]
async fn nobody_and_the_deactivated_stay_out_whatever_the_hasher_says() {
    let world = World::new();
    let resting = world.user("resting").await;
    world.deactivate(&resting).await;
    for name in ["nobody", "resting"] {
        let hasher = one_check(candidate(PASSWORD), None, RIGHT);
        let auth = Auth::new(world.ports_with(|ports| ports.hasher = Arc::new(hasher)));
        let refused = auth.login(&email(name), &candidate(PASSWORD)).await;
        assert_refused!(refused, Error::InvalidCredentials);
    }
}

#[tokio::test]
async fn a_hopeless_password_is_refused_without_a_hash_and_without_a_look() {
    let world = World::new();
    world.user("ann").await;
    let auth = Auth::new(world.ports_with(|ports| {
        ports.hasher = Arc::new(MockPasswordHasher::new());
        ports.users = Arc::new(MockUserRepository::new());
    }));
    let hopeless = candidate(&"x".repeat(CandidatePassword::MAX_CHARS + 1));
    let refused = auth.login(&email("ann"), &hopeless).await;
    assert_refused!(refused, Error::InvalidCredentials);
    let refused = auth.login(&email("nobody"), &hopeless).await;
    assert_refused!(refused, Error::InvalidCredentials);
}

#[tokio::test]
async fn the_longest_password_that_is_not_hopeless_is_checked() {
    let world = World::new();
    world.user("ann").await;
    let long = candidate(&"x".repeat(CandidatePassword::MAX_CHARS));
    let hasher = one_check(long.clone(), Some(present_hash(PASSWORD)), WRONG);
    let auth = Auth::new(world.ports_with(|ports| ports.hasher = Arc::new(hasher)));
    let refused = auth.login(&email("ann"), &long).await;
    assert_refused!(refused, Error::InvalidCredentials);
}

#[tokio::test]
async fn without_a_store_a_login_is_unavailable_and_nothing_is_hashed() {
    let mut users = MockUserRepository::new();
    users.expect_credentials().times(1).returning(|_| Err(gone()));
    let auth = Auth::new(World::new().ports_with(|ports| {
        ports.users = Arc::new(users);
        ports.hasher = Arc::new(MockPasswordHasher::new());
    }));
    let refused = auth.login(&email("ann"), &candidate(PASSWORD)).await;
    assert_eq!(unavailable_while(refused), "reading credentials");
}

#[tokio::test]
async fn a_queue_of_hashes_that_is_full_makes_a_login_unavailable_known_or_not() {
    let world = World::new();
    world.user("ann").await;
    for name in ["ann", "nobody"] {
        let mut hasher = MockPasswordHasher::new();
        hasher.expect_verify().times(1).returning(|_, _| Err(HashError::Busy));
        let auth = Auth::new(world.ports_with(|ports| ports.hasher = Arc::new(hasher)));
        let refused = auth.login(&email(name), &candidate(PASSWORD)).await;
        assert_eq!(unavailable_while(refused), "checking a password");
    }
}

#[tokio::test]
async fn a_hash_that_can_t_be_read_is_a_fault_of_ours() {
    let world = World::new();
    world.user("ann").await;
    let mut hasher = MockPasswordHasher::new();
    let failed = hasher.expect_verify().times(1);
    failed.returning(|_, _| Err(HashError::Failed(Arc::new(gone()))));
    let auth = Auth::new(world.ports_with(|ports| ports.hasher = Arc::new(hasher)));
    let failed = auth.login(&email("ann"), &candidate(PASSWORD)).await;
    assert_refused!(failed, Error::Internal { doing: "checking a password", .. });
}

#[tokio::test]
async fn a_token_that_can_t_be_signed_is_a_fault_of_ours() {
    let world = World::new();
    world.user("ann").await;
    let mut tokens = MockTokens::new();
    tokens.expect_issue().times(1).returning(|_| Err(Arc::new(gone())));
    let auth = Auth::new(world.ports_with(|ports| ports.tokens = Arc::new(tokens)));
    let failed = auth.login(&email("ann"), &candidate(PASSWORD)).await;
    assert_refused!(failed, Error::Internal { doing: "signing a token", .. });
}
