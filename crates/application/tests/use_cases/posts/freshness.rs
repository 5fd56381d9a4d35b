//! Who may see posts that lag behind, and old ones.

use std::{sync::Arc, time::Duration};

use basalt_application::{Error, Freshness, PostQuery, Posts};
use basalt_domain::{
    Actor, PageRequest, Position, PostPage, ServedPage, Slice, Sort, SortKey, WalkRequest,
    ports::{MockPostRepository, MockPostWalks},
};
use uuid::Uuid;

use crate::support::{World, gone, unavailable_while};

/// Whether a walk by `viewer` went to the posts that may lag.
async fn lags(world: &World, viewer: Option<&Actor>, freshness: Freshness) -> bool {
    let slice = |next| {
        let items = Vec::new();
        Ok(Slice { items, next })
    };
    let of_the_copy = Position { key: SortKey::Text(String::new()), id: Uuid::nil() };
    let (mut present, mut copy) = (MockPostRepository::new(), MockPostWalks::new());
    present.expect_walk().returning(move |_, _, _| slice(None));
    copy.expect_walk().returning(move |_, _, _| slice(Some(of_the_copy.clone())));
    let posts = Posts::new(world.ports_with(|ports| {
        ports.posts = Arc::new(present);
        ports.public_walks = Some(Arc::new(copy));
    }));
    let (sort, start) = (Sort::default(), WalkRequest::new(None, 10));
    let walk = posts.walk(viewer, PostQuery::default(), sort, &start, freshness);
    walk.await.unwrap().next.is_some()
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

/// How old a page is that `viewer` gets while the store can't be asked.
async fn age_of_page(world: &World, viewer: Option<&Actor>) -> Result<Duration, Error> {
    let mut posts = MockPostRepository::new();
    posts.expect_page().returning(|_| Err(gone()));
    posts
        .expect_page_or_stale()
        .returning(|_| Ok(ServedPage { page: PostPage::empty(), age: Duration::from_secs(7) }));
    let posts = Posts::new(world.ports_with(|ports| ports.posts = Arc::new(posts)));
    let (sort, first) = (Sort::default(), PageRequest::new(1, 10).unwrap());
    let page = posts.page(viewer, PostQuery::default(), sort, first).await;
    page.map(|page| page.age)
}

#[tokio::test]
async fn only_a_reader_without_a_token_gets_an_old_page_rather_than_none() {
    let world = World::new();
    let (_, viewers) = world.viewers().await;
    let age = age_of_page(&world, None).await.unwrap();
    assert_eq!(age, Duration::from_secs(7));
    for viewer in [&viewers.author, &viewers.other, &viewers.admin] {
        let refused = age_of_page(&world, Some(viewer)).await;
        assert_eq!(unavailable_while(refused), "listing posts");
    }
}
