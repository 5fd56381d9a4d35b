//! A second database plays the replica: what it holds shows where a read went.

use std::{slice, time::Instant};

use basalt_domain::{
    PostFilter, Sort, Timestamp, WalkRequest,
    ports::{AuthStates, IdempotencyRecords, PostWalks, StoreError},
};

use super::*;

/// A primary without posts and a store that reads from a "replica" with one.
async fn primary_and_replica() -> Option<(OnServer, OnServer, SeaStore, Post)> {
    let (primary, replica) = (OnServer::new().await?, OnServer::new().await?);
    let (_, post) = fill(&replica.store).await;
    let store =
        primary.beside(|options| options.read_url = Some(replica.database.url().to_owned())).await;
    Some((primary, replica, store, post))
}

/// The posts of a first step.
async fn walked(walks: &impl PostWalks) -> Vec<Post> {
    let (filter, start) = (PostFilter::default(), WalkRequest::new(None, 10));
    let slice = walks.walk(&filter, Sort::default(), &start).await;
    slice.unwrap().items
}

#[tokio::test]
async fn public_reads_go_to_the_replica_and_all_others_to_the_primary() {
    let Some((_primary, _replica, store, post)) = primary_and_replica().await else {
        return;
    };
    assert_eq!(walked(&store.public_walks()).await, slice::from_ref(&post));
    assert_eq!(store.posts().find(post.id).await.unwrap(), None);
}

#[tokio::test]
async fn after_a_write_of_this_process_public_reads_go_to_the_primary() {
    let Some((_primary, _replica, store, _)) = primary_and_replica().await else {
        return;
    };
    store.users().insert(&user(9), &hash()).await.unwrap();
    assert_eq!(walked(&store.public_walks()).await, []);
}

#[tokio::test]
async fn what_is_removed_because_it_expired_is_no_write_that_a_replica_could_miss() {
    let Some((_primary, _replica, store, post)) = primary_and_replica().await else {
        return;
    };
    let now = Timestamp::from_micros(1).unwrap();
    store.auth_states().remove_expired(now, 10).await.unwrap();
    store.idempotency().remove_expired(now, 10).await.unwrap();
    assert_eq!(walked(&store.public_walks()).await, [post]);
}

#[tokio::test]
async fn without_a_replica_public_reads_go_to_the_primary() {
    let Some(on_server) = OnServer::new().await else {
        return;
    };
    let (_, post) = fill(&on_server.store).await;
    assert_eq!(walked(&on_server.store.public_walks()).await, [post]);
}

#[tokio::test]
async fn while_the_replica_is_away_public_reads_go_to_the_primary() {
    let Some(primary) = OnServer::new().await else {
        return;
    };
    let (_, post) = fill(&primary.store).await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = nobody.local_addr().unwrap();
    drop(nobody);
    let store = primary
        .beside(|options| {
            options.read_url = Some(format!("postgres://basalt@{address}/basalt"));
            options.acquire_timeout = Duration::from_secs(2);
        })
        .await;
    let public = store.public_walks();
    assert_eq!(walked(&public).await, slice::from_ref(&post));
    let replica = store.replica.clone().unwrap();
    while replica.check().is_ok() {
        tokio::task::yield_now().await;
    }
    // Nobody waits for it any more.
    let begun = Instant::now();
    assert_eq!(walked(&public).await, [post]);
    assert!(begun.elapsed() < Duration::from_secs(2));
    store.ping().await.unwrap();
}

#[tokio::test]
async fn a_replica_with_a_url_that_can_be_none_is_refused() {
    let Some(primary) = OnServer::unmigrated().await else {
        return;
    };
    let wrong = SeaOptions {
        read_url: Some("postgres://localhost:x/basalt".to_owned()),
        ..options(primary.database.url())
    };
    let refused = SeaStore::connect(wrong).await;
    assert!(matches!(refused, Err(StoreError::Failed(_))));
}
