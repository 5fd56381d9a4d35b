use std::{sync::Arc, time::Duration};

use basalt_application::{Error, IDEMPOTENCY_TTL, IfMatch, Users};
use basalt_domain::ports::MockPasswordHasher;

use super::{answer_for, answer_for_post, create, register, replayed};
use crate::support::{PASSWORD, World, actor, made, new_post, present_hash};

#[tokio::test]
async fn a_repeated_registration_gets_the_first_answer_and_does_no_work() {
    let world = World::new();
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_hash().times(1).returning(|_| Ok(present_hash(PASSWORD)));
    let users = Users::new(world.ports_with(|ports| ports.hasher = Arc::new(hasher)));
    let ann = made(register(&users, "ann", "key", 1).await);
    for _again in 0..3 {
        let repeat = register(&users, "ann", "key", 1).await;
        assert_eq!(replayed(repeat), answer_for(&ann));
    }
    assert_eq!(world.number_of_users().await, 1);
}

#[tokio::test]
async fn a_repeated_post_gets_the_first_answer() {
    let world = World::new();
    let ann = world.user("ann").await;
    let (posts, ann) = (world.posts(), actor(&ann));
    let post = made(create(&posts, &ann, "Title", "key", 1).await);
    let repeat = create(&posts, &ann, "Title", "key", 1).await;
    assert_eq!(replayed(repeat), answer_for_post(&post));
    assert_eq!(world.published_titles().await, ["Title"]);
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_though_the_post_is_gone() {
    let world = World::new();
    let ann = world.user("ann").await;
    let (posts, ann) = (world.posts(), actor(&ann));
    let post = made(create(&posts, &ann, "Title", "key", 1).await);
    posts.delete(&ann, post.id, &IfMatch::Unset).await.unwrap();
    let repeat = create(&posts, &ann, "Title", "key", 1).await;
    assert_eq!(replayed(repeat), answer_for_post(&post));
    assert_eq!(world.published_titles().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_key_with_another_body_is_refused_and_nothing_is_made() {
    let world = World::new();
    let ann = made(register(&world.users(), "ann", "key", 1).await);
    let refused = register(&world.users(), "bob", "key", 2).await;
    assert_refused!(refused, Error::KeyReused);
    assert_eq!(world.number_of_users().await, 1);

    let (posts, ann) = (world.posts(), actor(&ann));
    made(create(&posts, &ann, "One", "key", 1).await);
    let refused = create(&posts, &ann, "Two", "key", 2).await;
    assert_refused!(refused, Error::KeyReused);
    assert_eq!(world.published_titles().await, ["One"]);
}

#[tokio::test]
async fn a_key_is_the_callers_own_and_the_operations_own() {
    let world = World::new();
    let ann = made(register(&world.users(), "ann", "key", 1).await);
    let bob = world.user("bob").await;
    for (author, title) in [(&ann, "by ann"), (&bob, "by bob")] {
        let created = create(&world.posts(), &actor(author), title, "key", 1).await;
        made(created);
    }
    assert_eq!(world.published_titles().await, ["by ann", "by bob"]);
}

#[tokio::test]
async fn without_a_key_the_same_body_makes_another() {
    let world = World::new();
    let ann = world.user("ann").await;
    for _again in 0..2 {
        made(world.posts().create(&actor(&ann), new_post("Title", true), None).await);
    }
    assert_eq!(world.published_titles().await, ["Title", "Title"]);
}

#[tokio::test]
async fn a_key_is_free_again_a_day_later() {
    let world = World::new();
    let ann = world.user("ann").await;
    let (posts, ann) = (world.posts(), actor(&ann));
    let first = made(create(&posts, &ann, "Title", "key", 1).await);
    let last_moment = Duration::from_micros(1);
    world.clock.step(IDEMPOTENCY_TTL.saturating_sub(last_moment));
    let repeat = create(&posts, &ann, "Title", "key", 1).await;
    assert_eq!(replayed(repeat), answer_for_post(&first));
    world.clock.step(last_moment);
    let second = made(create(&posts, &ann, "Title", "key", 2).await);
    let repeat = create(&posts, &ann, "Title", "key", 2).await;
    assert_eq!(replayed(repeat), answer_for_post(&second));
}

#[tokio::test]
async fn the_key_of_a_registration_goes_with_the_user_it_made() {
    let world = World::new();
    let ann = made(register(&world.users(), "ann", "key", 1).await);
    world.delete_user(&ann).await;
    let again = made(register(&world.users(), "ann", "key", 1).await);
    assert_ne!(again.id, ann.id);
}
