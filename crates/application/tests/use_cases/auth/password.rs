use std::sync::Arc;

use basalt_application::{Auth, Error, TokenRefusal};
use basalt_domain::{
    Actor, CandidatePassword, Credentials, PasswordHash, Role, TokenGeneration, User, UserId,
    ports::{MockPasswordHasher, MockUserRepository},
};
use mockall::{Sequence, predicate::eq};
use uuid::Uuid;

use super::{WRONG, one_check};
use crate::{
    doubles::{CommitsFail, Unit, units},
    support::{
        PASSWORD, World, actor, candidate, email, outdated_hash, password, present_hash,
        unavailable_while,
    },
};

const NEW: &str = "battery staple";

#[tokio::test]
async fn a_new_password_takes_the_place_of_the_present_one_and_every_earlier_token_ends() {
    let world = World::new();
    let ann = world.user("ann").await;
    let earlier = [world.login("ann").await, world.login("ann").await];
    let session = world.change_password(&ann, PASSWORD, NEW).await.unwrap();
    assert_eq!(session.user, ann);
    assert_eq!(world.refusal_of(&session).await, None);
    for session in &earlier {
        assert_eq!(world.refusal_of(session).await, Some(TokenRefusal::Revoked));
    }
    let refused = world.auth().login(&email("ann"), &candidate(PASSWORD)).await;
    assert_refused!(refused, Error::InvalidCredentials);
    world.auth().login(&email("ann"), &candidate(NEW)).await.unwrap();
}

#[tokio::test]
async fn a_wrong_present_password_changes_nothing_and_hashes_no_new_one() {
    let world = World::new();
    let ann = world.user("ann").await;
    let session = world.login("ann").await;
    let hasher = one_check(candidate("wrong"), Some(present_hash(PASSWORD)), WRONG);
    let auth = Auth::new(world.ports_with(|ports| {
        ports.hasher = Arc::new(hasher);
        ports.units = Arc::new(units([]));
    }));
    let refused = auth.change_password(&actor(&ann), &candidate("wrong"), &password(NEW)).await;
    assert_refused!(refused, Error::InvalidCredentials);
    assert_eq!(world.refusal_of(&session).await, None);
}

#[tokio::test]
async fn a_hopeless_present_password_is_refused_without_a_hash_and_without_a_look() {
    let world = World::new();
    let ann = world.user("ann").await;
    let auth = Auth::new(world.ports_with(|ports| {
        ports.hasher = Arc::new(MockPasswordHasher::new());
        ports.users = Arc::new(MockUserRepository::new());
    }));
    let hopeless = candidate(&"x".repeat(CandidatePassword::MAX_CHARS + 1));
    let refused = auth.change_password(&actor(&ann), &hopeless, &password(NEW)).await;
    assert_refused!(refused, Error::InvalidCredentials);
}

#[tokio::test]
async fn whoever_is_gone_has_no_password_to_change() {
    let ghost = Actor { id: UserId::from_uuid(Uuid::from_u128(u128::MAX)), role: Role::User };
    let auth = World::new().auth();
    let refused = auth.change_password(&ghost, &candidate(PASSWORD), &password(NEW)).await;
    assert_refused!(refused, Error::Token(TokenRefusal::UserGone));
}

#[tokio::test]
async fn tokens_end_after_the_password_is_stored_and_before_the_commit() {
    let world = World::new();
    let ann = world.user("ann").await;
    let (mut unit, mut order) = (Unit::default(), Sequence::new());
    let found = ann.clone();
    unit.users.expect_find().returning(move |_| Ok(Some(found.clone())));
    unit.users
        .expect_replace_password()
        .with(eq(ann.id), eq(present_hash(PASSWORD)), eq(present_hash(NEW)))
        .times(1)
        .in_sequence(&mut order)
        .returning(|_, _, _| Ok(true));
    unit.auth_states
        .expect_end_all()
        .with(eq(ann.id))
        .times(1)
        .in_sequence(&mut order)
        .returning(|_| Ok(Some(TokenGeneration::from_number(7))));
    let unit = unit.committed_in(&mut order);
    let auth = Auth::new(world.ports_with(|ports| ports.units = Arc::new(units([unit]))));
    let session = auth.change_password(&actor(&ann), &candidate(PASSWORD), &password(NEW)).await;
    let token = session.unwrap().token;
    let claims = world.ports.tokens.verify(&token, world.ports.clock.now()).unwrap();
    assert_eq!(claims.generation, TokenGeneration::from_number(7));
}

#[tokio::test]
async fn a_change_of_a_password_that_is_not_committed_leaves_password_and_tokens() {
    let world = World::new();
    let ann = world.user("ann").await;
    let session = world.login("ann").await;
    let store = world.store.clone();
    let auth = Auth::new(world.ports_with(|ports| ports.units = Arc::new(CommitsFail(store))));
    let refused = auth.change_password(&actor(&ann), &candidate(PASSWORD), &password(NEW)).await;
    assert_eq!(unavailable_while(refused), "committing a change of a password");
    assert_eq!(world.refusal_of(&session).await, None);
    world.login("ann").await;
}

/// The hash is read as `first`, is `then` by the time of the write, and is read so again.
fn overtaken(user: &User, first: PasswordHash, then: PasswordHash) -> MockUserRepository {
    let mut order = Sequence::new();
    let mut users = MockUserRepository::new();
    for hash in [first, then] {
        let found = Credentials { user: user.clone(), hash, generation: TokenGeneration::FIRST };
        let credentials = users.expect_credentials_of().with(eq(user.id)).times(1);
        credentials.in_sequence(&mut order).return_once(|_| Ok(Some(found)));
    }
    users
}

#[tokio::test]
async fn a_password_that_was_changed_meanwhile_is_the_one_that_counts() {
    let world = World::new();
    let ann = world.user("ann").await;
    world.change_password(&ann, PASSWORD, NEW).await.unwrap();
    let users = overtaken(&ann, present_hash(PASSWORD), present_hash(NEW));
    let auth = Auth::new(world.ports_with(|ports| ports.users = Arc::new(users)));
    let late = password("too late for this");
    let refused = auth.change_password(&actor(&ann), &candidate(PASSWORD), &late).await;
    assert_refused!(refused, Error::InvalidCredentials);
    assert_eq!(world.credentials("ann").await.hash, present_hash(NEW));
}

#[tokio::test]
async fn a_hash_that_a_login_renewed_meanwhile_is_no_wrong_password() {
    let world = World::new();
    let ann = world.user("ann").await;
    let users = overtaken(&ann, outdated_hash(PASSWORD), present_hash(PASSWORD));
    let auth = Auth::new(world.ports_with(|ports| ports.users = Arc::new(users)));
    let changed = auth.change_password(&actor(&ann), &candidate(PASSWORD), &password(NEW)).await;
    assert_eq!(world.refusal_of(&changed.unwrap()).await, None);
    assert_eq!(world.credentials("ann").await.hash, present_hash(NEW));
}

/// Else a token made after the deactivation would come to life with the next activation.
#[tokio::test]
async fn whoever_is_deactivated_meanwhile_gets_no_token() {
    let world = World::new();
    let ann = world.user("ann").await;
    world.deactivate(&ann).await;
    let refused = world.change_password(&ann, PASSWORD, NEW).await;
    assert_refused!(refused, Error::Token(TokenRefusal::Revoked));
    assert_eq!(world.credentials("ann").await.hash, present_hash(PASSWORD));
}

/// The write holds the row until the commit. Asked before it, the answer may be old by then.
#[tokio::test]
async fn whether_somebody_is_active_is_asked_after_their_hash_was_replaced() {
    let world = World::new();
    let ann = world.user("ann").await;
    let inactive = User { active: false, ..ann.clone() };
    let (mut unit, mut order) = (Unit::default(), Sequence::new());
    unit.users
        .expect_replace_password()
        .times(1)
        .in_sequence(&mut order)
        .returning(|_, _, _| Ok(true));
    unit.users
        .expect_find()
        .with(eq(ann.id))
        .times(1)
        .in_sequence(&mut order)
        .return_once(|_| Ok(Some(inactive)));
    let auth = Auth::new(world.ports_with(|ports| ports.units = Arc::new(units([unit.dropped()]))));
    let refused = auth.change_password(&actor(&ann), &candidate(PASSWORD), &password(NEW)).await;
    assert_refused!(refused, Error::Token(TokenRefusal::Revoked));
}
