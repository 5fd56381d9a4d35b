use std::sync::Arc;

use basalt_application::{Error, IfMatch, Posts};
use basalt_domain::{Post, Resource as _, Version, ports::Outcome};
use mockall::predicate::eq;

use super::NOTHING;
use crate::{
    doubles::{CommitsFail, Unit, no_units, units},
    support::{World, actor, unavailable_while},
};

fn deleting(found: &Post, outcome: Outcome) -> Unit {
    let (mut unit, post) = (Unit::default(), found.clone());
    unit.posts.expect_find().times(1).returning(move |_| Ok(Some(post.clone())));
    let delete = unit.posts.expect_delete().with(eq(found.id), eq(found.version));
    delete.times(1).returning(move |_, _| Ok(outcome));
    unit
}

#[tokio::test]
async fn the_author_and_administrators_delete_a_post() {
    let world = World::new();
    let (author, viewers) = world.viewers().await;
    for editor in [&viewers.author, &viewers.admin] {
        let post = world.post(&author, "Title", false).await;
        world.posts().delete(editor, post.id, &IfMatch::Unset).await.unwrap();
        let gone = world.posts().read(Some(editor), post.id).await;
        assert_refused!(gone, Error::NotFound(Post::NAME));
    }
}

#[tokio::test]
async fn anothers_published_post_is_forbidden_and_their_draft_does_not_exist() {
    let world = World::new();
    let (author, viewers) = world.viewers().await;
    let published = world.post(&author, "published", true).await;
    let draft = world.post(&author, "draft", false).await;
    let posts = world.posts();
    let refused = posts.delete(&viewers.other, published.id, &IfMatch::Unset).await;
    assert_refused!(refused, Error::Forbidden);
    let refused = posts.delete(&viewers.other, draft.id, &IfMatch::Unset).await;
    assert_refused!(refused, Error::NotFound(Post::NAME));
    let nothing = posts.delete(&viewers.admin, NOTHING, &IfMatch::Any).await;
    assert_refused!(nothing, Error::NotFound(Post::NAME));
    for post in [published, draft] {
        assert_eq!(posts.read(Some(&viewers.author), post.id).await.unwrap(), post);
    }
}

#[tokio::test]
async fn a_post_is_deleted_at_an_expected_version_only() {
    let world = World::new();
    let ann = world.user("ann").await;
    let post = world.post(&ann, "Title", true).await;
    for stale in [vec![post.version.next()], vec![]] {
        let stale = IfMatch::Versions(stale);
        let refused = world.posts().delete(&actor(&ann), post.id, &stale).await;
        let Err(Error::VersionConflict(current)) = refused else { panic!("{refused:?}") };
        assert_eq!(current, post.tag());
    }
    let expected = IfMatch::Versions(vec![Version::from_number(7), post.version]);
    world.posts().delete(&actor(&ann), post.id, &expected).await.unwrap();
}

#[tokio::test]
async fn a_write_in_between_costs_another_round_when_the_last_write_wins() {
    let world = World::new();
    let ann = world.user("ann").await;
    let post = world.post(&ann, "Title", true).await;
    let renewed = Post { version: post.version.next(), ..post.clone() };
    let rounds =
        [deleting(&post, Outcome::Stale).dropped(), deleting(&renewed, Outcome::Done).committed()];
    let posts = Posts::new(world.ports_with(|ports| ports.units = Arc::new(units(rounds))));
    posts.delete(&actor(&ann), post.id, &IfMatch::Unset).await.unwrap();
}

#[tokio::test]
async fn of_two_who_delete_a_post_the_second_finds_nothing() {
    let world = World::new();
    let ann = world.user("ann").await;
    let post = world.post(&ann, "Title", true).await;
    let unit = deleting(&post, Outcome::Missing).dropped();
    let posts = Posts::new(world.ports_with(|ports| ports.units = Arc::new(units([unit]))));
    let refused = posts.delete(&actor(&ann), post.id, &IfMatch::Unset).await;
    assert_refused!(refused, Error::NotFound(Post::NAME));
}

#[tokio::test]
async fn a_deletion_that_is_not_committed_leaves_the_post() {
    let world = World::new();
    let ann = world.user("ann").await;
    let post = world.post(&ann, "Title", true).await;
    let store = world.store.clone();
    let posts = Posts::new(world.ports_with(|ports| ports.units = Arc::new(CommitsFail(store))));
    let refused = posts.delete(&actor(&ann), post.id, &IfMatch::Unset).await;
    assert_eq!(unavailable_while(refused), "committing a deletion of a post");
    assert_eq!(world.posts().read(None, post.id).await.unwrap(), post);

    let posts = Posts::new(world.ports_with(|ports| ports.units = Arc::new(no_units())));
    let refused = posts.delete(&actor(&ann), post.id, &IfMatch::Unset).await;
    assert_eq!(unavailable_while(refused), "beginning a deletion of a post");
}
