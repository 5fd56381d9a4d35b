//! An account with very many posts goes a batch at a time, so that no write of others has to wait
//! for all of it.

use std::{
    future::ready,
    sync::{Arc, Mutex},
};

use basalt_adapters::memory::MemoryStore;
use basalt_application::{Error, IfMatch, Operators, Users};
use basalt_domain::{
    Author, Content, PageRequest, Post, PostFilter, PostId, PostListKey, PostVisibility,
    Resource as _, Sort, Timestamp, Title, UnsavedPost, User, UserChanges, Version,
    ports::{PostRepository, StoreError, UnitsOfWork, UserRepository},
};
use uuid::Uuid;

use crate::{
    doubles::Between,
    support::{World, actor, email, gone, person, unavailable_while},
};

fn post(author: &User, number: u128) -> Post {
    let now = Timestamp::from_micros(10).unwrap();
    Post {
        id: PostId::from_uuid(Uuid::from_u128((author.id.as_uuid().as_u128() << 64) + number)),
        title: Title::parse("Title").unwrap(),
        content: Content::parse("text").unwrap(),
        published: number.is_multiple_of(2),
        author: Author { id: author.id, name: author.name.clone(), version: author.version },
        version: Version::FIRST,
        created_at: now,
        updated_at: now,
    }
}

/// Adds so many posts, drafts among them, in one unit.
async fn give_posts(store: &MemoryStore, author: &User, count: u128) {
    let unit = store.begin().await.unwrap();
    for number in 0..count {
        unit.posts().insert(&UnsavedPost::from(&post(author, number))).await.unwrap();
    }
    unit.commit().await.unwrap();
}

/// How many posts `author` has.
async fn posts_of(store: &MemoryStore, author: &User) -> u64 {
    let mut count = 0;
    let own_drafts = PostVisibility::DraftsOf(author.id);
    for visibility in [PostVisibility::Published, own_drafts] {
        let key = PostListKey {
            filter: PostFilter { visibility, author: Some(author.id), search: None },
            sort: Sort::default(),
            page: PageRequest::new(1, 1).unwrap(),
        };
        let page = PostRepository::page(store, &key).await.unwrap();
        count += page.page.total.rows;
    }
    count
}

async fn change(store: &MemoryStore, user: &User, changes: UserChanges) {
    let changed = user.changed(changes, user.updated_at).unwrap();
    let written = UserRepository::update(store, &changed, user.version).await;
    written.unwrap();
}

fn users_on(world: &World, units: &Arc<impl UnitsOfWork + 'static>) -> Users {
    Users::new(world.ports_with(|ports| ports.units = units.clone()))
}

async fn delete(users: &Users, user: &User, if_match: &IfMatch) -> Result<(), Error> {
    users.delete(&actor(user), user.id, if_match).await
}

#[tokio::test]
async fn others_write_between_the_batches_of_a_deletion() {
    let world = World::new();
    let (ann, bob) = (world.user("ann").await, world.user("bob").await);
    give_posts(&world.store, &ann, 2_500).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (store, author, other, noted) =
        (world.store.clone(), ann.clone(), bob.clone(), seen.clone());
    let units = Between::new(&world.store, move |number| {
        let (store, author, noted) = (store.clone(), author.clone(), Arc::clone(&noted));
        let theirs = post(&other, u128::from(number));
        async move {
            PostRepository::insert(&store, &UnsavedPost::from(&theirs)).await.unwrap();
            let left = posts_of(&store, &author).await;
            noted.lock().unwrap().push(left);
            Ok(())
        }
    });
    let users = users_on(&world, &units);
    delete(&users, &ann, &IfMatch::Unset).await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [2_500, 1_500, 500]);
    assert_eq!(posts_of(&world.store, &ann).await, 0);
    assert_eq!(posts_of(&world.store, &bob).await, 3);
    let read = world.users().read(ann.id).await;
    assert_refused!(read, Error::NotFound(User::NAME));
}

#[tokio::test]
async fn an_operator_deletes_in_batches_too() {
    for (count, units) in [(999, 1), (1_000, 2), (2_500, 3)] {
        let world = World::new();
        let ann = world.user("ann").await;
        give_posts(&world.store, &ann, count).await;
        let begun = Between::new(&world.store, |_| ready(Ok(())));
        let operators = Operators::new(world.ports_with(|ports| ports.units = begun.clone()));
        assert_eq!(operators.delete(&email("ann")).await.unwrap(), ann);
        assert_eq!(begun.begun(), units, "for {count} posts");
        assert_eq!(posts_of(&world.store, &ann).await, 0);
    }
}

#[tokio::test]
async fn a_deletion_that_is_refused_at_first_deletes_nothing() {
    let world = World::new();
    let (root, ann) = (world.admin("root").await, world.user("ann").await);
    give_posts(&world.store, &root, 1_001).await;
    give_posts(&world.store, &ann, 1_001).await;
    let refused = delete(&world.users(), &root, &IfMatch::Unset).await;
    assert_refused!(refused, Error::LastAdmin);
    let refused = world.operators().delete(&email("root")).await;
    assert_refused!(refused, Error::LastAdmin);
    let stale = IfMatch::Versions(vec![ann.version.next()]);
    let refused = delete(&world.users(), &ann, &stale).await;
    assert_refused!(refused, Error::VersionConflict(_));
    for user in [root, ann] {
        assert_eq!(posts_of(&world.store, &user).await, 1_001);
        assert_eq!(world.users().read(user.id).await.unwrap(), user);
    }
}

/// Does `changes` to an account before the second batch.
fn changing_in_between(
    world: &World,
    user: &User,
    changes: &UserChanges,
) -> Arc<impl UnitsOfWork + 'static> {
    let (store, user, changes) = (world.store.clone(), user.clone(), changes.clone());
    Between::new(&world.store, move |number| {
        let (store, user, changes) = (store.clone(), user.clone(), changes.clone());
        async move {
            if number == 1 {
                change(&store, &user, changes).await;
            }
            Ok(())
        }
    })
}

#[tokio::test]
async fn an_account_that_changes_between_two_batches_is_looked_at_anew() {
    let world = World::new();
    let ann = world.user("ann").await;
    give_posts(&world.store, &ann, 2_500).await;
    let renamed = UserChanges { name: Some(person("Anna")), ..UserChanges::default() };
    let units = changing_in_between(&world, &ann, &renamed);
    let expected = IfMatch::Versions(vec![ann.version]);
    let refused = delete(&users_on(&world, &units), &ann, &expected).await;
    let current = UserRepository::find(&world.store, ann.id).await.unwrap().unwrap();
    assert_refused!(refused, Error::VersionConflict(_));
    assert_eq!(current.name, person("Anna"));
    assert_eq!(posts_of(&world.store, &ann).await, 1_500);

    let changed_back = UserChanges { name: Some(person("Ann")), ..UserChanges::default() };
    let units = changing_in_between(&world, &current, &changed_back);
    let users = users_on(&world, &units);
    delete(&users, &ann, &IfMatch::Unset).await.unwrap();
    assert_eq!(posts_of(&world.store, &ann).await, 0);
}

#[tokio::test]
async fn an_administrator_who_becomes_the_last_between_two_batches_stays() {
    let world = World::new();
    let (leaving, other) = (world.admin("leaving").await, world.admin("other").await);
    give_posts(&world.store, &leaving, 2_500).await;
    let deactivated = UserChanges { active: Some(false), ..UserChanges::default() };
    let units = changing_in_between(&world, &other, &deactivated);
    let refused = delete(&users_on(&world, &units), &leaving, &IfMatch::Unset).await;
    assert_refused!(refused, Error::LastAdmin);
    assert_eq!(world.users().read(leaving.id).await.unwrap(), leaving);
    assert_eq!(posts_of(&world.store, &leaving).await, 1_500);
}

/// Fails, in this way, where the second batch begins.
fn failing_in_between(
    world: &World,
    failure: fn() -> StoreError,
) -> Arc<impl UnitsOfWork + 'static> {
    Between::new(&world.store, move |number| {
        ready(if number == 1 { Err(failure()) } else { Ok(()) })
    })
}

#[tokio::test]
async fn a_deletion_that_fails_in_the_middle_leaves_an_account_with_fewer_posts_and_can_go_on() {
    let world = World::new();
    let ann = world.user("ann").await;
    give_posts(&world.store, &ann, 2_500).await;
    let units = failing_in_between(&world, gone);
    let refused = delete(&users_on(&world, &units), &ann, &IfMatch::Unset).await;
    assert_eq!(unavailable_while(refused), "beginning a deletion of a user");
    assert_eq!(posts_of(&world.store, &ann).await, 1_500);
    assert_eq!(world.login("ann").await.user, ann, "nothing else is gone");

    let expected = IfMatch::Versions(vec![ann.version]);
    delete(&world.users(), &ann, &expected).await.unwrap();
    assert_eq!(posts_of(&world.store, &ann).await, 0);
}

#[tokio::test]
async fn a_batch_of_which_nothing_was_done_is_tried_once_more() {
    let world = World::new();
    let ann = world.user("ann").await;
    give_posts(&world.store, &ann, 2_500).await;
    let units = failing_in_between(&world, || StoreError::undone("the connection is dead"));
    let users = users_on(&world, &units);
    delete(&users, &ann, &IfMatch::Unset).await.unwrap();
    assert_eq!(posts_of(&world.store, &ann).await, 0);
}
