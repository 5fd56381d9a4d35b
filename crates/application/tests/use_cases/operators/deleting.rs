//! Accounts that are closed, and all that there are.

use std::sync::Arc;

use basalt_application::{Error, Operators, TokenRefusal};
use basalt_domain::{
    Resource as _, User,
    ports::{Outcome, UserRepository},
};
use mockall::predicate::eq;

use super::accounts::reading;
use crate::{
    doubles::{CommitsFail, units},
    support::{World, email, unavailable_while},
};

#[tokio::test]
async fn an_account_that_an_operator_closes_is_gone_and_its_tokens_have_ended() {
    let world = World::new();
    let ann = world.user("ann").await;
    let session = world.login("ann").await;
    assert_eq!(world.operators().delete(&email("ann")).await.unwrap(), ann);
    assert!(world.store.find(ann.id).await.unwrap().is_none());
    assert_eq!(world.refusal_of(&session).await, Some(TokenRefusal::UserGone));
    let again = world.operators().delete(&email("ann")).await;
    assert_refused!(again, Error::NotFound(User::NAME));
}

#[tokio::test]
async fn an_operator_does_not_close_the_last_administrators_account() {
    let world = World::new();
    let root = world.admin("root").await;
    let refused = world.operators().delete(&email("root")).await;
    assert_refused!(refused, Error::LastAdmin);
    world.admin("other").await;
    assert_eq!(world.operators().delete(&email("root")).await.unwrap(), root);
}

#[tokio::test]
async fn a_write_in_between_costs_a_deletion_another_round() {
    let world = World::new();
    let ann = world.user("ann").await;
    let rounds = [Outcome::Stale, Outcome::Done].map(|outcome| {
        let mut unit = reading(&ann);
        let posts = unit.posts.expect_delete_some_of();
        posts.times(1).returning(|_, _| Ok(999));
        let delete = unit.users.expect_delete();
        delete.with(eq(ann.id), eq(ann.version)).times(1).returning(move |_, _| Ok(outcome));
        match outcome {
            Outcome::Done => unit.committed(),
            _ => unit.dropped(),
        }
    });
    let operators = Operators::new(world.ports_with(|ports| ports.units = Arc::new(units(rounds))));
    assert_eq!(operators.delete(&email("ann")).await.unwrap(), ann);
}

#[tokio::test]
async fn a_deletion_that_is_not_committed_has_not_happened() {
    let world = World::new();
    let ann = world.user("ann").await;
    let store = world.store.clone();
    let ports = world.ports_with(|ports| ports.units = Arc::new(CommitsFail(store)));
    let refused = Operators::new(ports).delete(&email("ann")).await;
    assert_eq!(unavailable_while(refused), "committing a deletion of a user");
    assert_eq!(world.login("ann").await.user, ann);
}

#[tokio::test]
async fn all_accounts_are_listed_by_their_addresses() {
    let world = World::new();
    let mut expected = Vec::new();
    for number in 0..205 {
        expected.push(world.user(&format!("user{number:03}")).await);
    }
    let (mut found, mut steps, mut after) = (Vec::new(), 0, None);
    loop {
        let slice = world.operators().list(after).await.unwrap();
        steps += 1;
        found.extend(slice.items);
        after = slice.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!((found, steps), (expected, 3));
}
