//! What somebody with access to the machine can do without a token.

mod accounts;
mod deleting;

use std::sync::Arc;

use basalt_application::{Error, FirstAdmin, Operators};
use basalt_domain::{
    Role,
    ports::{MockPasswordHasher, UserRepository},
};
use tokio::sync::Barrier;

use crate::support::{World, new_account, password};

#[tokio::test]
async fn an_account_is_made_with_any_role_and_can_log_in() {
    let world = World::new();
    for (name, role) in [("ann", Role::User), ("root", Role::Admin)] {
        let user = world.operators().create(new_account(name, role)).await.unwrap();
        assert_eq!((user.role, user.active), (role, true));
        assert_eq!(world.login(name).await.user, user);
    }
    let taken = world.operators().create(new_account("ann", Role::Admin)).await;
    assert_refused!(taken, Error::EmailTaken);
}

#[tokio::test]
async fn the_first_administrator_is_made_where_there_is_none() {
    let world = World::new();
    world.user("ann").await;
    assert!(!world.operators().has_admin().await.unwrap());
    let made = world.operators().make_first_admin(new_account("root", Role::Admin)).await;
    let Ok(FirstAdmin::Made(root)) = made else { panic!("{made:?}") };
    assert!(world.operators().has_admin().await.unwrap());
    assert_eq!(world.store.active_admins().await.unwrap(), [root.id]);
    assert_eq!(world.login("root").await.user, root);
}

#[tokio::test]
async fn where_there_is_an_administrator_no_other_is_made_and_nothing_is_hashed() {
    let world = World::new();
    let admin = world.admin("admin").await;
    let hasher = Arc::new(MockPasswordHasher::new());
    let operators = Operators::new(world.ports_with(|ports| ports.hasher = hasher));
    let made = operators.make_first_admin(new_account("root", Role::Admin)).await;
    assert_eq!(made.unwrap(), FirstAdmin::Exists);
    assert_eq!(world.store.active_admins().await.unwrap(), [admin.id]);
}

#[tokio::test]
async fn an_account_with_the_first_administrators_address_is_left_alone() {
    let world = World::new();
    let ann = world.user("ann").await;
    let mut first = new_account("ann", Role::Admin);
    first.password = password("another password");
    let made = world.operators().make_first_admin(first).await;
    assert_eq!(made.unwrap(), FirstAdmin::AddressTaken);
    assert_eq!(world.login("ann").await.user, ann);
    assert!(!world.operators().has_admin().await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_processes_that_start_at_once_one_makes_the_first_administrator() {
    for names in [["root", "root", "root"], ["one", "two", "three"]].into_iter().cycle().take(20) {
        let world = World::new();
        let start = Arc::new(Barrier::new(names.len()));
        let mut tasks = tokio::task::JoinSet::new();
        for name in names {
            let (operators, start) = (world.operators(), Arc::clone(&start));
            tasks.spawn(async move {
                start.wait().await;
                operators.make_first_admin(new_account(name, Role::Admin)).await.unwrap()
            });
        }
        let outcomes = tasks.join_all().await;
        let made = outcomes.iter().filter(|outcome| matches!(outcome, FirstAdmin::Made(_)));
        let exists = outcomes.iter().filter(|outcome| **outcome == FirstAdmin::Exists);
        assert_eq!((made.count(), exists.count()), (1, 2), "{outcomes:?}");
        assert_eq!(world.store.active_admins().await.unwrap().len(), 1);
    }
}
