//! A hash of another form or with other parameters is renewed where the password is known: at a
//! login.

use std::sync::Arc;

use basalt_application::Auth;
use basalt_domain::{
    PasswordHash, User,
    ports::{
        HashError, MockPasswordHasher, MockUserRepository, StoreError, UserRepository, Verification,
    },
};
use mockall::predicate::eq;

use super::one_check;
use crate::support::{PASSWORD, World, candidate, email, gone, outdated_hash, present_hash};

const OUTDATED: Verification = Verification { matches: true, outdated: true };

/// A user whose stored hash is [`outdated_hash`].
async fn world_with_outdated_hash() -> (World, User) {
    let world = World::new();
    let ann = world.user("ann").await;
    let (present, outdated) = (present_hash(PASSWORD), outdated_hash(PASSWORD));
    let replaced = world.store.replace_password(ann.id, &present, &outdated).await;
    assert!(replaced.unwrap());
    (world, ann)
}

/// Checks once, then renews once with this outcome.
fn one_renewal(outcome: Result<PasswordHash, HashError>) -> MockPasswordHasher {
    let mut hasher = one_check(candidate(PASSWORD), Some(outdated_hash(PASSWORD)), OUTDATED);
    let rehash = hasher.expect_rehash().with(eq(candidate(PASSWORD))).times(1);
    rehash.return_once(|_| outcome);
    hasher
}

/// The user's credentials, with this outcome of storing a renewed hash.
async fn storing(world: &World, outcome: Result<bool, StoreError>) -> MockUserRepository {
    let found = world.credentials("ann").await;
    let id = found.user.id;
    let mut users = MockUserRepository::new();
    users.expect_credentials().with(eq(email("ann"))).return_once(|_| Ok(Some(found)));
    users
        .expect_replace_password()
        .with(eq(id), eq(outdated_hash(PASSWORD)), eq(present_hash(PASSWORD)))
        .times(1)
        .return_once(|_, _, _| outcome);
    users
}

#[tokio::test]
async fn an_outdated_hash_is_renewed_once_and_changes_nothing_that_shows() {
    let (world, ann) = world_with_outdated_hash().await;
    let earlier = world.login("ann").await;
    let renewed = world.credentials("ann").await;
    assert_eq!(renewed.hash, present_hash(PASSWORD));
    assert_eq!(renewed.user, ann);
    assert_eq!(world.refusal_of(&earlier).await, None);

    let again = one_check(candidate(PASSWORD), Some(present_hash(PASSWORD)), super::RIGHT);
    let auth = Auth::new(world.ports_with(|ports| ports.hasher = Arc::new(again)));
    auth.login(&email("ann"), &candidate(PASSWORD)).await.unwrap();
}

#[tokio::test]
async fn a_hash_is_renewed_only_where_it_is_still_the_one_that_was_checked() {
    let (world, _) = world_with_outdated_hash().await;
    let users = storing(&world, Ok(true)).await;
    let auth = Auth::new(world.ports_with(|ports| ports.users = Arc::new(users)));
    auth.login(&email("ann"), &candidate(PASSWORD)).await.unwrap();
}

#[tokio::test]
async fn a_login_is_good_though_its_hash_could_not_be_made_anew() {
    let (world, ann) = world_with_outdated_hash().await;
    let hasher = one_renewal(Err(HashError::Busy));
    let auth = Auth::new(world.ports_with(|ports| ports.hasher = Arc::new(hasher)));
    let session = auth.login(&email("ann"), &candidate(PASSWORD)).await.unwrap();
    assert_eq!(session.user, ann);
    assert_eq!(world.refusal_of(&session).await, None);
    assert_eq!(world.credentials("ann").await.hash, outdated_hash(PASSWORD));
}

#[tokio::test]
async fn a_login_is_good_though_its_renewed_hash_could_not_be_stored() {
    for outcome in [Err(gone()), Ok(false)] {
        let (world, ann) = world_with_outdated_hash().await;
        let users = storing(&world, outcome).await;
        let auth = Auth::new(world.ports_with(|ports| ports.users = Arc::new(users)));
        let session = auth.login(&email("ann"), &candidate(PASSWORD)).await.unwrap();
        assert_eq!(session.user, ann);
        assert_eq!(world.refusal_of(&session).await, None);
    }
}

#[tokio::test]
async fn a_wrong_password_renews_nothing() {
    let (world, _) = world_with_outdated_hash().await;
    let wrong = Verification { matches: false, outdated: true };
    let hasher = one_check(candidate("wrong"), Some(outdated_hash(PASSWORD)), wrong);
    let auth = Auth::new(world.ports_with(|ports| ports.hasher = Arc::new(hasher)));
    auth.login(&email("ann"), &candidate("wrong")).await.unwrap_err();
    assert_eq!(world.credentials("ann").await.hash, outdated_hash(PASSWORD));
}
