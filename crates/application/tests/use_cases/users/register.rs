use std::sync::Arc;

use basalt_application::{Error, Users};
use basalt_domain::{
    Role, Version,
    ports::{Clock, HashError, MockPasswordHasher, StoreError, UserRepository},
};
use mockall::predicate::eq;

use crate::{
    doubles::{CommitsFail, Unit, no_units, units},
    support::{PASSWORD, World, email, made, new_user, password, present_hash, unavailable_while},
};

#[tokio::test]
async fn whoever_registers_is_an_active_user_and_can_log_in() {
    let world = World::new();
    let ann = made(world.users().register(new_user("ann"), None).await);
    assert_eq!((ann.role, ann.active), (Role::User, true));
    assert_eq!((ann.name.as_str(), &ann.email), ("ann", &email("ann")));
    assert_eq!(ann.version, Version::FIRST);
    assert_eq!((ann.created_at, ann.updated_at), (world.clock.now(), world.clock.now()));
    assert_eq!(world.login("ann").await.user, ann);
}

#[tokio::test]
async fn a_second_account_with_the_same_address_is_refused_and_the_first_stays() {
    let world = World::new();
    let ann = world.user("ann").await;
    let mut impostor = new_user("ann");
    impostor.password = password("another password");
    let refused = world.users().register(impostor, None).await;
    assert_refused!(refused, Error::EmailTaken);
    assert_eq!(world.login("ann").await.user, ann);
}

#[tokio::test]
async fn the_password_is_hashed_once_and_before_a_unit_of_work_is_open() {
    let mut order = mockall::Sequence::new();
    let mut hasher = MockPasswordHasher::new();
    hasher
        .expect_hash()
        .with(eq(password(PASSWORD)))
        .times(1)
        .in_sequence(&mut order)
        .returning(|_| Ok(present_hash(PASSWORD)));
    let mut unit = Unit::default();
    unit.users
        .expect_insert()
        .withf(|user, hash| user.email == email("ann") && *hash == present_hash(PASSWORD))
        .times(1)
        .in_sequence(&mut order)
        .returning(|_, _| Ok(()));
    let unit = unit.committed_in(&mut order);
    let ports = World::new().ports_with(|ports| {
        ports.hasher = Arc::new(hasher);
        ports.units = Arc::new(units([unit]));
    });
    made(Users::new(ports).register(new_user("ann"), None).await);
}

#[tokio::test]
async fn hashing_that_is_overrun_is_unavailable_and_touches_no_store() {
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_hash().returning(|_| Err(HashError::Busy));
    let ports = World::new().ports_with(|ports| {
        ports.hasher = Arc::new(hasher);
        ports.units = Arc::new(units([]));
    });
    let refused = Users::new(ports).register(new_user("ann"), None).await;
    assert_eq!(unavailable_while(refused), "hashing a password");
}

#[tokio::test]
async fn a_registration_that_is_not_committed_leaves_nobody() {
    let world = World::new();
    let store = world.store.clone();
    let ports = world.ports_with(|ports| ports.units = Arc::new(CommitsFail(store)));
    let refused = Users::new(ports).register(new_user("ann"), None).await;
    assert_eq!(unavailable_while(refused), "committing a registration");
    assert!(world.store.credentials(&email("ann")).await.unwrap().is_none());
}

#[tokio::test]
async fn without_a_store_a_registration_is_unavailable() {
    let ports = World::new().ports_with(|ports| ports.units = Arc::new(no_units()));
    let refused = Users::new(ports).register(new_user("ann"), None).await;
    assert_eq!(unavailable_while(refused), "beginning a registration");
}

#[tokio::test]
async fn a_fault_of_the_store_is_ours_and_not_worth_another_try() {
    let mut unit = Unit::default();
    let fault = || StoreError::failed("no such table");
    unit.users.expect_insert().returning(move |_, _| Err(fault().into()));
    let ports = World::new().ports_with(|ports| ports.units = Arc::new(units([unit.dropped()])));
    let failed = Users::new(ports).register(new_user("ann"), None).await;
    let Err(Error::Internal { doing, source }) = failed else { panic!("{failed:?}") };
    assert_eq!(doing, "adding a user");
    // Each link of the chain says its own part alone.
    assert_eq!(source.to_string(), "the store failed");
    assert_eq!(source.source().unwrap().to_string(), "no such table");
}
