//! Who may see posts that lag behind.

use std::sync::Arc;

use basalt_application::{Freshness, PostQuery, Posts};
use basalt_domain::{
    Actor, Slice, Sort, WalkRequest,
    ports::{MockPostRepository, MockPostWalks},
};

use crate::support::World;

/// Whether a walk by `viewer` went to the posts that may lag.
async fn lags(world: &World, viewer: Option<&Actor>, freshness: Freshness) -> bool {
    let slice = |has_more| {
        let items = Vec::new();
        Ok(Slice { items, has_more })
    };
    let (mut present, mut copy) = (MockPostRepository::new(), MockPostWalks::new());
    present.expect_walk().returning(move |_, _, _| slice(false));
    copy.expect_walk().returning(move |_, _, _| slice(true));
    let posts = Posts::new(world.ports_with(|ports| {
        ports.posts = Arc::new(present);
        ports.public_walks = Some(Arc::new(copy));
    }));
    let (sort, start) = (Sort::default(), WalkRequest::new(None, 10));
    let walk = posts.walk(viewer, PostQuery::default(), sort, &start, freshness);
    walk.await.unwrap().has_more
}

#[tokio::test]
async fn only_an_unconditional_reader_without_a_token_may_see_what_lags() {
    let world = World::new();
    let (_, viewers) = world.viewers().await;
    assert!(lags(&world, None, Freshness::MayLag).await);
    assert!(!lags(&world, None, Freshness::Present).await);
    assert!(!lags(&world, Some(&viewers.other), Freshness::MayLag).await);
    assert!(!lags(&world, Some(&viewers.admin), Freshness::MayLag).await);
}
