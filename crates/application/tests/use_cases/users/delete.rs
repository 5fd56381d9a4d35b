use std::sync::Arc;

use basalt_application::{Error, IfMatch, Users};
use basalt_domain::{Post, Resource as _, User, Version, ports::Outcome};
use mockall::predicate::eq;

use super::NOBODY;
use crate::{
    doubles::{CommitsFail, Unit, no_units, units},
    support::{World, actor, unavailable_while},
};

fn deleting(found: &User, outcome: Outcome) -> Unit {
    let mut unit = Unit::default();
    let user = found.clone();
    unit.users.expect_find().times(1).returning(move |_| Ok(Some(user.clone())));
    let posts = unit.posts.expect_delete_some_of().with(eq(found.id), eq(1_000));
    posts.times(1).returning(|_, _| Ok(999));
    let delete = unit.users.expect_delete().with(eq(found.id), eq(found.version));
    delete.times(1).returning(move |_, _| Ok(outcome));
    unit
}

#[tokio::test]
async fn a_users_posts_go_with_them_and_the_address_is_free_again() {
    let world = World::new();
    let (ann, bob) = (world.user("ann").await, world.user("bob").await);
    let post = world.post(&ann, "Ann's", true).await;
    let kept = world.post(&bob, "Bob's", true).await;
    world.delete_user(&ann).await;

    let gone = world.users().read(ann.id).await;
    assert_refused!(gone, Error::NotFound(User::NAME));
    let gone = world.posts().read(None, post.id).await;
    assert_refused!(gone, Error::NotFound(Post::NAME));
    assert_eq!(world.posts().read(None, kept.id).await.unwrap(), kept);
    assert_ne!(world.user("ann").await.id, ann.id);
}

#[tokio::test]
async fn nobody_can_t_be_deleted() {
    let world = World::new();
    let admin = world.admin("admin").await;
    let refused = world.users().delete(&actor(&admin), NOBODY, &IfMatch::Any).await;
    assert_refused!(refused, Error::NotFound(User::NAME));
}

#[tokio::test]
async fn a_user_is_deleted_at_an_expected_version_only() {
    let world = World::new();
    let ann = world.user("ann").await;
    for stale in [vec![ann.version.next()], vec![]] {
        let stale = IfMatch::Versions(stale);
        let refused = world.users().delete(&actor(&ann), ann.id, &stale).await;
        let Err(Error::VersionConflict(current)) = refused else { panic!("{refused:?}") };
        assert_eq!(current, ann.tag());
    }
    let expected = IfMatch::Versions(vec![Version::from_number(7), ann.version]);
    world.users().delete(&actor(&ann), ann.id, &expected).await.unwrap();
}

#[tokio::test]
async fn a_write_in_between_costs_another_round_when_the_last_write_wins() {
    let world = World::new();
    let ann = world.user("ann").await;
    let renewed = User { version: ann.version.next(), ..ann.clone() };
    let rounds =
        [deleting(&ann, Outcome::Stale).dropped(), deleting(&renewed, Outcome::Done).committed()];
    let users = Users::new(world.ports_with(|ports| ports.units = Arc::new(units(rounds))));
    users.delete(&actor(&ann), ann.id, &IfMatch::Unset).await.unwrap();
}

#[tokio::test]
async fn of_two_who_delete_a_user_the_second_finds_nobody() {
    let world = World::new();
    let ann = world.user("ann").await;
    let unit = deleting(&ann, Outcome::Missing).dropped();
    let users = Users::new(world.ports_with(|ports| ports.units = Arc::new(units([unit]))));
    let refused = users.delete(&actor(&ann), ann.id, &IfMatch::Unset).await;
    assert_refused!(refused, Error::NotFound(User::NAME));
}

#[tokio::test]
async fn a_deletion_that_is_not_committed_leaves_the_user() {
    let world = World::new();
    let ann = world.user("ann").await;
    let store = world.store.clone();
    let users = Users::new(world.ports_with(|ports| ports.units = Arc::new(CommitsFail(store))));
    let refused = users.delete(&actor(&ann), ann.id, &IfMatch::Unset).await;
    assert_eq!(unavailable_while(refused), "committing a deletion of a user");
    assert_eq!(world.users().read(ann.id).await.unwrap(), ann);

    let users = Users::new(world.ports_with(|ports| ports.units = Arc::new(no_units())));
    let refused = users.delete(&actor(&ann), ann.id, &IfMatch::Unset).await;
    assert_eq!(unavailable_while(refused), "beginning a deletion of a user");
}
