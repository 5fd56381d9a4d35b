//! Accounts that are there: role, state and password.

use std::sync::Arc;

use basalt_application::{Error, Operators, TokenRefusal};
use basalt_domain::{
    Credentials, Resource as _, Role, TokenGeneration, User,
    ports::{HashError, MockPasswordHasher, Outcome, UserRepository},
};
use mockall::predicate::eq;

use crate::{
    doubles::{CommitsFail, Unit, units},
    support::{
        PASSWORD, World, candidate, email, new_account, password, present_hash, unavailable_while,
    },
};

#[tokio::test]
async fn setting_role_and_state_changes_the_account_and_ends_its_tokens() {
    let world = World::new();
    let ann = world.user("ann").await;
    let session = world.login("ann").await;
    let set = world.operators().set(&email("ann"), Some(Role::Admin), None).await.unwrap();
    assert_eq!((set.role, set.active, set.version), (Role::Admin, true, ann.version.next()));
    assert_eq!(world.refusal_of(&session).await, Some(TokenRefusal::Revoked));

    world.admin("root").await;
    let set = world.operators().set(&email("ann"), Some(Role::User), Some(false)).await;
    let set = set.unwrap();
    assert_eq!((set.role, set.active), (Role::User, false));
    assert_eq!(world.users().read(ann.id).await.unwrap(), set);
}

#[tokio::test]
async fn setting_what_is_already_so_ends_the_tokens_all_the_same() {
    let world = World::new();
    let ann = world.user("ann").await;
    let session = world.login("ann").await;
    let set = world.operators().set(&email("ann"), Some(Role::User), Some(true)).await;
    assert_eq!(set.unwrap(), ann);
    assert_eq!(world.refusal_of(&session).await, Some(TokenRefusal::Revoked));
}

#[tokio::test]
async fn an_operator_does_not_remove_the_last_administrator_either() {
    let world = World::new();
    let root = world.admin("root").await;
    let session = world.login("root").await;
    for (role, active) in [(Some(Role::User), None), (None, Some(false))] {
        let refused = world.operators().set(&email("root"), role, active).await;
        assert_refused!(refused, Error::LastAdmin);
    }
    assert_eq!(world.users().read(root.id).await.unwrap(), root);
    assert_eq!(world.refusal_of(&session).await, None);
}

#[tokio::test]
async fn a_new_password_by_an_operator_ends_the_tokens_and_the_old_password() {
    let world = World::new();
    let ann = world.user("ann").await;
    let session = world.login("ann").await;
    let new = password("battery staple");
    assert_eq!(world.operators().set_password(&email("ann"), &new).await.unwrap(), ann);
    assert_eq!(world.refusal_of(&session).await, Some(TokenRefusal::Revoked));
    let refused = world.auth().login(&email("ann"), &candidate(PASSWORD)).await;
    assert_refused!(refused, Error::InvalidCredentials);
    world.auth().login(&email("ann"), &candidate("battery staple")).await.unwrap();
}

#[tokio::test]
async fn an_address_that_nobody_has_is_not_found() {
    let operators = World::new().operators();
    let set = operators.set(&email("nobody"), Some(Role::Admin), None).await;
    assert_refused!(set, Error::NotFound(User::NAME));
    let set = operators.set_password(&email("nobody"), &password(PASSWORD)).await;
    assert_refused!(set, Error::NotFound(User::NAME));
}

/// A round in which the account is read as `user`.
pub(super) fn reading(user: &User) -> Unit {
    let mut unit = Unit::default();
    let found = Credentials {
        user: user.clone(),
        hash: present_hash(PASSWORD),
        generation: TokenGeneration::FIRST,
    };
    let credentials = unit.users.expect_credentials().with(eq(user.email.clone()));
    credentials.times(1).return_once(|_| Ok(Some(found)));
    unit
}

#[tokio::test]
async fn a_write_in_between_costs_an_operator_another_round() {
    let world = World::new();
    let ann = world.user("ann").await;
    let rounds = [Outcome::Stale, Outcome::Done].map(|outcome| {
        let mut unit = reading(&ann);
        unit.users.expect_update().times(1).returning(move |_, _| Ok(outcome));
        if outcome == Outcome::Stale {
            return unit.dropped();
        }
        let end_all = unit.auth_states.expect_end_all().with(eq(ann.id)).times(1);
        end_all.returning(|_| Ok(Some(TokenGeneration::FIRST.next())));
        unit.committed()
    });
    let operators = Operators::new(world.ports_with(|ports| ports.units = Arc::new(units(rounds))));
    operators.set(&email("ann"), Some(Role::Admin), None).await.unwrap();

    let rounds = [false, true].map(|replaced| {
        let mut unit = reading(&ann);
        unit.users
            .expect_replace_password()
            .with(eq(ann.id), eq(present_hash(PASSWORD)), eq(present_hash("battery staple")))
            .times(1)
            .returning(move |_, _, _| Ok(replaced));
        if !replaced {
            return unit.dropped();
        }
        let end_all = unit.auth_states.expect_end_all().with(eq(ann.id)).times(1);
        end_all.returning(|_| Ok(Some(TokenGeneration::FIRST.next())));
        unit.committed()
    });
    let operators = Operators::new(world.ports_with(|ports| ports.units = Arc::new(units(rounds))));
    operators.set_password(&email("ann"), &password("battery staple")).await.unwrap();
}

#[tokio::test]
async fn what_an_operator_does_happens_whole_or_not_at_all() {
    let world = World::new();
    let ann = world.user("ann").await;
    let session = world.login("ann").await;
    let store = world.store.clone();
    let ports = world.ports_with(|ports| ports.units = Arc::new(CommitsFail(store)));
    let operators = Operators::new(ports);
    let account = || new_account("root", Role::Admin);
    let new = password("battery staple");

    let refused = operators.create(account()).await;
    assert_eq!(unavailable_while(refused), "committing an account");
    let refused = operators.make_first_admin(account()).await;
    assert_eq!(unavailable_while(refused), "committing an administrator");
    let refused = operators.set(&email("ann"), Some(Role::Admin), None).await;
    assert_eq!(unavailable_while(refused), "committing a change of an account");
    let refused = operators.set_password(&email("ann"), &new).await;
    assert_eq!(unavailable_while(refused), "committing a password");

    assert!(world.store.credentials(&email("root")).await.unwrap().is_none());
    assert_eq!(world.refusal_of(&session).await, None);
    assert_eq!(world.login("ann").await.user, ann);
}

#[tokio::test]
async fn hashing_that_is_overrun_is_unavailable() {
    let world = World::new();
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_hash().returning(|_| Err(HashError::Busy));
    let operators = Operators::new(world.ports_with(|ports| ports.hasher = Arc::new(hasher)));
    let refused = operators.create(new_account("root", Role::Admin)).await;
    assert_eq!(unavailable_while(refused), "hashing a password");
}
