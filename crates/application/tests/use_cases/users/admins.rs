//! Without an active administrator nobody could make another.

use std::sync::Arc;

use basalt_application::{Error, IfMatch, Users};
use basalt_domain::{
    Role, User, UserChanges,
    ports::{MockUserRepository, UserRepository},
};
use tokio::sync::Barrier;

use crate::{
    doubles::{Unit, units},
    support::{World, actor},
};

fn demotion() -> UserChanges {
    UserChanges { role: Some(Role::User), ..UserChanges::default() }
}

fn deactivation() -> UserChanges {
    UserChanges { active: Some(false), ..UserChanges::default() }
}

/// Takes `target` out of the active administrators, in one of three ways.
async fn remove(users: &Users, by: &User, target: &User, way: &str) -> Result<(), Error> {
    let changes = match way {
        "demote" => demotion(),
        "deactivate" => deactivation(),
        _ => return users.delete(&actor(by), target.id, &IfMatch::Unset).await,
    };
    let user = users.change(&actor(by), target.id, changes, &IfMatch::Unset).await;
    user.map(drop)
}

const WAYS: [&str; 3] = ["demote", "deactivate", "delete"];

#[tokio::test]
async fn the_last_administrator_can_t_be_demoted_deactivated_or_deleted() {
    for way in WAYS {
        let world = World::new();
        let admin = world.admin("admin").await;
        world.user("ann").await;
        let refused = remove(&world.users(), &admin, &admin, way).await;
        assert_refused!(refused, Error::LastAdmin);
        assert_eq!(world.users().read(admin.id).await.unwrap(), admin, "{way}");
    }
}

#[tokio::test]
async fn administrators_may_remove_themselves_while_another_active_one_is_left() {
    for way in WAYS {
        let world = World::new();
        let (leaving, staying) = (world.admin("leaving").await, world.admin("staying").await);
        remove(&world.users(), &leaving, &leaving, way).await.unwrap();
        assert_eq!(world.store.active_admins().await.unwrap(), [staying.id], "{way}");
    }
}

#[tokio::test]
async fn a_deactivated_administrator_does_not_count_as_the_one_who_is_left() {
    for way in WAYS {
        let world = World::new();
        let (admin, resting) = (world.admin("admin").await, world.admin("resting").await);
        remove(&world.users(), &admin, &resting, "deactivate").await.unwrap();
        let refused = remove(&world.users(), &admin, &admin, way).await;
        assert_refused!(refused, Error::LastAdmin);
    }
}

#[tokio::test]
async fn a_deactivated_administrator_can_be_demoted_and_deleted() {
    for way in ["demote", "delete"] {
        let world = World::new();
        let (admin, resting) = (world.admin("admin").await, world.admin("resting").await);
        remove(&world.users(), &admin, &resting, "deactivate").await.unwrap();
        remove(&world.users(), &admin, &resting, way).await.unwrap();
    }
}

#[tokio::test]
async fn the_last_administrator_can_be_renamed() {
    let world = World::new();
    let admin = world.admin("admin").await;
    let changes =
        UserChanges { name: Some(crate::support::person("Root")), ..UserChanges::default() };
    let users = world.users();
    users.change(&actor(&admin), admin.id, changes, &IfMatch::Unset).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_administrators_who_remove_each_other_at_once_one_stays() {
    for way in WAYS.into_iter().cycle().take(30) {
        let world = World::new();
        let (one, other) = (world.admin("one").await, world.admin("other").await);
        let start = Arc::new(Barrier::new(2));
        let race = |by: &User, target: &User| {
            let (users, start) = (world.users(), Arc::clone(&start));
            let (by, target) = (by.clone(), target.clone());
            tokio::spawn(async move {
                start.wait().await;
                remove(&users, &by, &target, way).await
            })
        };
        let (first, second) = tokio::join!(race(&one, &other), race(&other, &one));
        let outcomes = [first.unwrap(), second.unwrap()];
        let refused = outcomes.iter().filter(|outcome| matches!(outcome, Err(Error::LastAdmin)));
        assert_eq!(refused.count(), 1, "{way}: {outcomes:?}");
        assert_eq!(world.store.active_admins().await.unwrap().len(), 1, "{way}");
    }
}

/// Outside of the unit the answer could be over before the write.
#[tokio::test]
async fn who_is_left_is_asked_within_the_unit_of_work() {
    let world = World::new();
    let admin = world.admin("admin").await;
    for way in WAYS {
        let mut unit = Unit::default();
        let (found, id) = (admin.clone(), admin.id);
        unit.users.expect_find().times(1).returning(move |_| Ok(Some(found.clone())));
        unit.users.expect_active_admins().times(1).returning(move || Ok(vec![id]));
        let unit = unit.dropped();
        let users = Users::new(world.ports_with(|ports| {
            ports.users = Arc::new(MockUserRepository::new());
            ports.units = Arc::new(units([unit]));
        }));
        let refused = remove(&users, &admin, &admin, way).await;
        assert_refused!(refused, Error::LastAdmin);
    }
}
