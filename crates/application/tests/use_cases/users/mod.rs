//! Accounts.

mod admins;
mod change;
mod delete;
mod register;
mod tokens;
mod versions;

use std::sync::Arc;

use basalt_application::Users;
use basalt_domain::{
    Actor, Page, PageRequest, Role, Sort, Total, User, UserChanges, UserFilter, UserId,
    WalkRequest, ports::MockUserRepository,
};
use mockall::predicate::eq;
use uuid::Uuid;

use crate::{
    doubles::{Unit, units},
    support::{World, gone, person, unavailable_while},
};

const NOBODY: UserId = UserId::from_uuid(Uuid::from_u128(u128::MAX));

fn named(name: &str) -> UserChanges {
    UserChanges { name: Some(person(name)), ..UserChanges::default() }
}

const ADMIN: Actor = Actor { id: NOBODY, role: Role::Admin };

/// The use cases on these units, for an account that is read as `user`.
fn users_on(world: &World, found: impl IntoIterator<Item = (Unit, User, bool)>) -> Users {
    let found = found.into_iter().map(|(mut unit, user, is_committed)| {
        let found = unit.users.expect_find().with(eq(user.id)).times(1);
        found.returning(move |_| Ok(Some(user.clone())));
        if is_committed { unit.committed() } else { unit.dropped() }
    });
    Users::new(world.ports_with(|ports| ports.units = Arc::new(units(found))))
}

#[tokio::test]
async fn a_user_is_read_and_listed_as_stored() {
    let world = World::new();
    let (ann, bob) = (world.user("ann").await, world.user("bob").await);
    assert_eq!(world.users().read(ann.id).await.unwrap(), ann);

    let filter = UserFilter::default();
    let page = PageRequest::new(1, 1).unwrap();
    let page = world.users().page(&filter, Sort::default(), page).await;
    let newest = Page { items: vec![bob.clone()], total: Total::exact(2) };
    assert_eq!(page.unwrap(), newest);

    let walk = WalkRequest::new(None, 10);
    let slice = world.users().walk(&filter, Sort::default(), &walk).await;
    assert_eq!(slice.unwrap().items, [bob, ann]);
}

#[tokio::test]
async fn a_store_that_is_away_is_said_to_be_with_what_was_being_done() {
    let mut users = MockUserRepository::new();
    users.expect_find().returning(|_| Err(gone()));
    users.expect_page().returning(|_, _, _| Err(gone()));
    users.expect_walk().returning(|_, _, _| Err(gone()));
    let ports = World::new().ports_with(|ports| ports.users = Arc::new(users));
    let users = Users::new(ports);

    let filter = UserFilter::default();
    let page = PageRequest::new(1, 10).unwrap();
    let page = users.page(&filter, Sort::default(), page).await;
    let walk = WalkRequest::new(None, 10);
    let walk = users.walk(&filter, Sort::default(), &walk).await;
    assert_eq!(unavailable_while(users.read(NOBODY).await), "reading a user");
    assert_eq!(unavailable_while(page), "listing users");
    assert_eq!(unavailable_while(walk), "walking through users");
}
