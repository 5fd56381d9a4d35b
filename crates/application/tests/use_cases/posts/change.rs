use std::{sync::Arc, time::Duration};

use basalt_application::{Error, IfMatch, Posts};
use basalt_domain::{
    Content, Post, PostChanges, Resource as _, Title, User, UserChanges, Version, ports::Outcome,
};

use super::NOTHING;
use crate::{
    doubles::{CommitsFail, Unit, units},
    support::{World, actor, gone, person, unavailable_while},
};

fn titled(title: &str) -> PostChanges {
    PostChanges { title: Some(Title::parse(title).unwrap()), ..PostChanges::default() }
}

/// A round in which the post is read as `found` and an update of it comes out as `outcome`.
fn updating(found: &Post, outcome: Outcome) -> Unit {
    let (mut unit, post, expected) = (Unit::default(), found.clone(), found.version);
    unit.posts.expect_find().times(1).returning(move |_| Ok(Some(post.clone())));
    let update = unit.posts.expect_update().times(1);
    update
        .withf(move |next, version| next.version == expected.next() && *version == expected)
        .returning(move |_, _| Ok(outcome));
    unit
}

async fn ann_with_post() -> (World, User, Post) {
    let world = World::new();
    let ann = world.user("ann").await;
    let post = world.post(&ann, "Title", true).await;
    (world, ann, post)
}

#[tokio::test]
async fn the_author_and_administrators_change_a_post() {
    let world = World::new();
    let (author, viewers) = world.viewers().await;
    let mut post = world.post(&author, "Title", false).await;
    for (title, editor) in [("By author", &viewers.author), ("By admin", &viewers.admin)] {
        world.clock.step(Duration::from_secs(1));
        let changes = PostChanges {
            title: Some(Title::parse(title).unwrap()),
            content: Some(Content::parse(title).unwrap()),
            published: Some(!post.published),
        };
        let after = world.posts().change(editor, post.id, changes, &IfMatch::Unset).await.unwrap();
        assert_eq!((after.title.as_str(), after.content.as_str()), (title, title));
        assert_ne!(after.published, post.published);
        assert_eq!(after.version, post.version.next());
        assert!(after.updated_at > post.updated_at);
        let read = world.posts().read(Some(editor), post.id).await.unwrap();
        assert_eq!(read, after);
        post = after;
    }
}

#[tokio::test]
async fn anothers_published_post_is_forbidden_and_their_draft_does_not_exist() {
    let world = World::new();
    let (author, viewers) = world.viewers().await;
    let published = world.post(&author, "published", true).await;
    let draft = world.post(&author, "draft", false).await;
    let posts = world.posts();
    // Neither says anything of the version.
    let stale = IfMatch::Versions(vec![]);
    for if_match in [IfMatch::Unset, stale] {
        let refused = posts.change(&viewers.other, published.id, titled("x"), &if_match).await;
        assert_refused!(refused, Error::Forbidden);
        let refused = posts.change(&viewers.other, draft.id, titled("x"), &if_match).await;
        assert_refused!(refused, Error::NotFound(Post::NAME));
    }
    let nothing = posts.change(&viewers.admin, NOTHING, titled("x"), &IfMatch::Any).await;
    assert_refused!(nothing, Error::NotFound(Post::NAME));
    assert_eq!(world.published_titles().await, ["published"]);
}

#[tokio::test]
async fn setting_what_is_already_so_writes_nothing() {
    let (world, ann, post) = ann_with_post().await;
    let same = PostChanges {
        title: Some(post.title.clone()),
        content: Some(post.content.clone()),
        published: Some(post.published),
    };
    for changes in [same, PostChanges::default()] {
        let (mut unit, found) = (Unit::default(), post.clone());
        unit.posts.expect_find().times(1).returning(move |_| Ok(Some(found.clone())));
        let unit = unit.dropped();
        let posts = Posts::new(world.ports_with(|ports| ports.units = Arc::new(units([unit]))));
        let unchanged = posts.change(&actor(&ann), post.id, changes, &IfMatch::Unset).await;
        assert_eq!(unchanged.unwrap(), post);
    }
}

#[tokio::test]
async fn a_change_is_made_from_an_expected_version_only() {
    let (world, ann, mut post) = ann_with_post().await;
    let (first, other) = (post.version, Version::from_number(99));
    let (posts, ann) = (world.posts(), actor(&ann));
    for (title, accepted) in [
        ("a", IfMatch::Unset),
        ("b", IfMatch::Any),
        ("c", IfMatch::Versions(vec![other, Version::from_number(3)])),
    ] {
        post = posts.change(&ann, post.id, titled(title), &accepted).await.unwrap();
    }
    for stale in [vec![first], vec![other], vec![]] {
        let stale = IfMatch::Versions(stale);
        let refused = posts.change(&ann, post.id, titled("d"), &stale).await;
        let Err(Error::VersionConflict(current)) = refused else { panic!("{refused:?}") };
        assert_eq!(current, post.tag());
    }
}

#[tokio::test]
async fn an_authors_rename_fails_no_edit() {
    let (world, ann, post) = ann_with_post().await;
    let rename = UserChanges { name: Some(person("Anne")), ..UserChanges::default() };
    world.change_user(&ann, rename).await;
    let expected = IfMatch::Versions(vec![post.version]);
    let after = world.posts().change(&actor(&ann), post.id, titled("New"), &expected).await;
    assert_eq!(after.unwrap().author.name, person("Anne"));
}

#[tokio::test]
async fn a_write_in_between_costs_another_round_when_the_last_write_wins() {
    let (world, ann, post) = ann_with_post().await;
    let renewed = Post { published: false, version: post.version.next(), ..post.clone() };
    let rounds =
        [updating(&post, Outcome::Stale).dropped(), updating(&renewed, Outcome::Done).committed()];
    let posts = Posts::new(world.ports_with(|ports| ports.units = Arc::new(units(rounds))));
    let after = posts.change(&actor(&ann), post.id, titled("New"), &IfMatch::Any).await.unwrap();
    assert_eq!((after.title.as_str(), after.published), ("New", false));
}

#[tokio::test]
async fn a_write_in_between_is_a_conflict_when_a_version_was_expected() {
    let (world, ann, post) = ann_with_post().await;
    let renewed = Post { version: post.version.next(), ..post.clone() };
    let (mut second, found) = (Unit::default(), renewed.clone());
    second.posts.expect_find().times(1).returning(move |_| Ok(Some(found.clone())));
    let rounds = [updating(&post, Outcome::Stale).dropped(), second.dropped()];
    let posts = Posts::new(world.ports_with(|ports| ports.units = Arc::new(units(rounds))));
    let expected = IfMatch::Versions(vec![post.version]);
    let refused = posts.change(&actor(&ann), post.id, titled("New"), &expected).await;
    let Err(Error::VersionConflict(current)) = refused else { panic!("{refused:?}") };
    assert_eq!(current, renewed.tag());
}

#[tokio::test]
async fn a_post_that_goes_in_between_is_not_found() {
    let (world, ann, post) = ann_with_post().await;
    let unit = updating(&post, Outcome::Missing).dropped();
    let posts = Posts::new(world.ports_with(|ports| ports.units = Arc::new(units([unit]))));
    let refused = posts.change(&actor(&ann), post.id, titled("New"), &IfMatch::Unset).await;
    assert_refused!(refused, Error::NotFound(Post::NAME));
}

#[tokio::test]
async fn a_store_that_goes_in_the_middle_of_a_change_is_unavailable() {
    let (world, ann, post) = ann_with_post().await;
    let (mut unit, found) = (Unit::default(), post.clone());
    unit.posts.expect_find().times(1).returning(move |_| Ok(Some(found.clone())));
    unit.posts.expect_update().times(1).returning(|_, _| Err(gone()));
    let unit = unit.dropped();
    let posts = Posts::new(world.ports_with(|ports| ports.units = Arc::new(units([unit]))));
    let refused = posts.change(&actor(&ann), post.id, titled("New"), &IfMatch::Unset).await;
    assert_eq!(unavailable_while(refused), "changing a post");

    let store = world.store.clone();
    let posts = Posts::new(world.ports_with(|ports| ports.units = Arc::new(CommitsFail(store))));
    let refused = posts.change(&actor(&ann), post.id, titled("New"), &IfMatch::Unset).await;
    assert_eq!(unavailable_while(refused), "committing a change of a post");
    assert_eq!(world.posts().read(None, post.id).await.unwrap(), post);
}
