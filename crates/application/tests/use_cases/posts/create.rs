use std::sync::Arc;

use basalt_application::{Error, Posts, TokenRefusal};
use basalt_domain::{
    Version,
    ports::{Clock, InsertPostError, MockPostRepository, PostRepository},
};

use super::GHOST;
use crate::{
    doubles::no_units,
    support::{World, actor, gone, made, new_post, unavailable_while},
};

#[tokio::test]
async fn a_new_post_shows_its_author_and_is_stored_as_it_is_shown() {
    let world = World::new();
    let ann = world.user("ann").await;
    for published in [true, false] {
        let new = new_post("Title", published);
        let post = made(world.posts().create(&actor(&ann), new, None).await);
        assert_eq!((post.title.as_str(), post.content.as_str()), ("Title", "text"));
        assert_eq!(post.published, published);
        assert_eq!((post.author.id, &post.author.name), (ann.id, &ann.name));
        assert_eq!(post.version, Version::FIRST);
        assert_eq!((post.created_at, post.updated_at), (world.clock.now(), world.clock.now()));
        let read = world.posts().read(Some(&actor(&ann)), post.id).await;
        assert_eq!(read.unwrap(), post);
    }
}

#[tokio::test]
async fn whoever_is_gone_can_t_write_a_post() {
    let world = World::new();
    let refused = world.posts().create(&GHOST, new_post("Title", true), None).await;
    assert_refused!(refused, Error::Token(TokenRefusal::UserGone));
}

/// The store's posts, outside of a unit of work, that fail to add one.
fn that_fail(why: impl Fn() -> InsertPostError + Send + 'static) -> Arc<dyn PostRepository> {
    let mut posts = MockPostRepository::new();
    let insert = posts.expect_insert().times(1);
    insert.returning(move |_| Err(why()));
    Arc::new(posts)
}

#[tokio::test]
async fn an_author_who_goes_in_between_is_told_so_by_the_stores_own_constraint() {
    let world = World::new();
    let ann = world.user("ann").await;
    let failing = that_fail(|| InsertPostError::AuthorMissing);
    let posts = Posts::new(world.ports_with(|ports| ports.posts = failing));
    let refused = posts.create(&actor(&ann), new_post("Title", true), None).await;
    assert_refused!(refused, Error::Token(TokenRefusal::UserGone));
}

#[tokio::test]
async fn a_post_without_a_key_is_one_write_and_no_unit_of_work() {
    let world = World::new();
    let ann = world.user("ann").await;
    let posts = Posts::new(world.ports_with(|ports| ports.units = Arc::new(no_units())));
    let new = new_post("Title", true);
    made(posts.create(&actor(&ann), new, None).await);
    assert_eq!(world.published_titles().await, ["Title"]);
}

#[tokio::test]
async fn a_post_that_could_not_be_added_is_unavailable_and_does_not_exist() {
    let world = World::new();
    let ann = world.user("ann").await;
    let failing = that_fail(|| gone().into());
    let posts = Posts::new(world.ports_with(|ports| ports.posts = failing));
    let refused = posts.create(&actor(&ann), new_post("Title", true), None).await;
    assert_eq!(unavailable_while(refused), "adding a post");
    assert_eq!(world.published_titles().await, Vec::<String>::new());
}
