use std::{sync::Arc, time::Duration};

use basalt_application::{Error, IfMatch, Users};
use basalt_domain::{
    Resource as _, Role, User, UserChanges,
    ports::{Outcome, WriteUserError},
};
use mockall::{Sequence, predicate::eq};

use super::{ADMIN, NOBODY, named, users_on};
use crate::{
    doubles::{CommitsFail, Unit, units},
    support::{World, actor, email, gone, person, unavailable_while},
};

#[tokio::test]
async fn a_change_is_a_new_version_at_a_later_time() {
    let world = World::new();
    let ann = world.user("ann").await;
    world.clock.step(Duration::from_secs(1));
    let changes = UserChanges {
        name: Some(person("Anne")),
        email: Some(email("anne")),
        ..UserChanges::default()
    };
    let users = world.users();
    let after = users.change(&actor(&ann), ann.id, changes, &IfMatch::Unset).await.unwrap();
    assert_eq!((after.name.as_str(), &after.email), ("Anne", &email("anne")));
    assert_eq!(after.version, ann.version.next());
    assert!(after.updated_at > ann.updated_at);
    assert_eq!(world.users().read(ann.id).await.unwrap(), after);
}

#[tokio::test]
async fn setting_what_is_already_so_writes_nothing() {
    let world = World::new();
    let ann = world.user("ann").await;
    let same = UserChanges {
        name: Some(ann.name.clone()),
        email: Some(ann.email.clone()),
        role: Some(ann.role),
        active: Some(ann.active),
    };
    for changes in [same, UserChanges::default()] {
        let users = users_on(&world, [(Unit::default(), ann.clone(), false)]);
        let unchanged = users.change(&ADMIN, ann.id, changes, &IfMatch::Unset).await;
        assert_eq!(unchanged.unwrap(), ann);
    }
}

#[tokio::test]
async fn an_address_that_somebody_has_is_refused_and_nothing_changes() {
    let world = World::new();
    let (ann, bob) = (world.user("ann").await, world.user("bob").await);
    let changes = UserChanges {
        name: Some(person("Robert")),
        email: Some(ann.email),
        ..UserChanges::default()
    };
    let refused = world.users().change(&actor(&bob), bob.id, changes, &IfMatch::Unset).await;
    assert_refused!(refused, Error::EmailTaken);
    assert_eq!(world.users().read(bob.id).await.unwrap(), bob);
}

#[tokio::test]
async fn nobody_can_t_be_changed() {
    let world = World::new();
    let refused = world.users().change(&ADMIN, NOBODY, named("x"), &IfMatch::Any).await;
    assert_refused!(refused, Error::NotFound(User::NAME));
}

#[tokio::test]
async fn a_user_who_goes_in_between_is_not_found() {
    let world = World::new();
    let ann = world.user("ann").await;
    let mut unit = Unit::default();
    unit.users.expect_update().times(1).returning(|_, _| Ok(Outcome::Missing));
    let users = users_on(&world, [(unit, ann.clone(), false)]);
    let refused = users.change(&ADMIN, ann.id, named("Bea"), &IfMatch::Unset).await;
    assert_refused!(refused, Error::NotFound(User::NAME));
}

#[tokio::test]
async fn tokens_end_after_the_change_and_before_the_commit() {
    let world = World::new();
    let ann = world.user("ann").await;
    let (mut unit, mut order) = (Unit::default(), Sequence::new());
    let found = ann.clone();
    unit.users.expect_find().returning(move |_| Ok(Some(found.clone())));
    let update = unit.users.expect_update().times(1).in_sequence(&mut order);
    update.returning(|_, _| Ok(Outcome::Done));
    let end_all = unit.auth_states.expect_end_all().with(eq(ann.id));
    end_all.times(1).in_sequence(&mut order).returning(|_| Ok(None));
    let unit = unit.committed_in(&mut order);
    let users = Users::new(world.ports_with(|ports| ports.units = Arc::new(units([unit]))));
    let promotion = UserChanges { role: Some(Role::Admin), ..UserChanges::default() };
    users.change(&ADMIN, ann.id, promotion, &IfMatch::Unset).await.unwrap();
}

#[tokio::test]
async fn a_change_whose_tokens_can_t_be_ended_does_not_happen() {
    let world = World::new();
    let ann = world.user("ann").await;
    let mut unit = Unit::default();
    unit.users.expect_update().times(1).returning(|_, _| Ok(Outcome::Done));
    unit.auth_states.expect_end_all().times(1).returning(|_| Err(gone()));
    let users = users_on(&world, [(unit, ann.clone(), false)]);
    let promotion = UserChanges { role: Some(Role::Admin), ..UserChanges::default() };
    let refused = users.change(&ADMIN, ann.id, promotion, &IfMatch::Unset).await;
    assert_eq!(unavailable_while(refused), "ending a user's tokens");
}

#[tokio::test]
async fn a_store_that_goes_in_the_middle_of_a_change_is_unavailable() {
    let world = World::new();
    let ann = world.user("ann").await;
    let mut unit = Unit::default();
    let update = unit.users.expect_update().times(1);
    update.returning(|_, _| Err(WriteUserError::Store(gone())));
    let users = users_on(&world, [(unit, ann.clone(), false)]);
    let refused = users.change(&ADMIN, ann.id, named("Bea"), &IfMatch::Unset).await;
    assert_eq!(unavailable_while(refused), "changing a user");

    let store = world.store.clone();
    let ports = world.ports_with(|ports| ports.units = Arc::new(CommitsFail(store)));
    let refused = Users::new(ports).change(&ADMIN, ann.id, named("Bea"), &IfMatch::Unset).await;
    assert_eq!(unavailable_while(refused), "committing a change of a user");
    assert_eq!(world.users().read(ann.id).await.unwrap(), ann);
}
