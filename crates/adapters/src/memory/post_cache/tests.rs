use basalt_domain::{PostFilter, PostVisibility};

use super::*;
use crate::test_support::{StandingClock, list_key, page_of, post};

const TTL: Duration = Duration::from_mins(10);

fn cache_of(max_bytes: u64) -> (MokaPostCache, Arc<StandingClock>) {
    let clock = StandingClock::new();
    let cache = MokaPostCache::new(TTL, max_bytes, clock.clone());
    (cache, clock)
}

fn cache() -> (MokaPostCache, Arc<StandingClock>) {
    cache_of(1 << 20)
}

/// Looks a page up and fills it, as a reader does who finds none.
async fn read_through(cache: &MokaPostCache, number: u64) -> Arc<PostPage> {
    let key = list_key(number);
    let known = cache.look_up(&key).await.unwrap();
    if let Some(page) = known.page {
        return page;
    }
    let page = page_of(vec![post(1, "Text")]);
    cache
        .fill(&key, known.generation, page.clone())
        .await
        .unwrap();
    page
}

async fn is_kept(cache: &MokaPostCache, number: u64) -> bool {
    let known = cache.look_up(&list_key(number)).await.unwrap();
    known.page.is_some()
}

#[tokio::test]
async fn a_page_comes_out_as_it_was_filled_and_under_its_own_key_only() {
    let (cache, _) = cache();
    let page = read_through(&cache, 1).await;
    assert!(Arc::ptr_eq(&read_through(&cache, 1).await, &page));
    assert!(!is_kept(&cache, 2).await);
    let drafts = PostListKey {
        filter: PostFilter {
            visibility: PostVisibility::Drafts,
            ..PostFilter::default()
        },
        ..list_key(1)
    };
    assert!(cache.look_up(&drafts).await.unwrap().page.is_none());
}

#[tokio::test]
async fn a_page_is_kept_exactly_as_long_as_it_may_be() {
    let (cache, clock) = cache();
    read_through(&cache, 1).await;
    clock.advance(TTL);
    clock.set_back(Duration::from_micros(1));
    assert!(is_kept(&cache, 1).await);
    clock.advance(Duration::from_micros(1));
    assert!(!is_kept(&cache, 1).await);
}

#[tokio::test]
async fn a_bump_ends_every_page_and_those_filled_after_it_are_kept() {
    let (cache, _) = cache();
    read_through(&cache, 1).await;
    read_through(&cache, 2).await;
    cache.bump(None).await.unwrap();
    assert!(!is_kept(&cache, 1).await && !is_kept(&cache, 2).await);
    cache.bump(None).await.unwrap();
    read_through(&cache, 1).await;
    assert!(is_kept(&cache, 1).await);
}

#[tokio::test]
async fn a_page_that_was_read_before_a_bump_is_never_seen() {
    let (cache, _) = cache();
    let before = cache.look_up(&list_key(1)).await.unwrap().generation;
    cache.bump(None).await.unwrap();
    let old = page_of(vec![post(1, "Old")]);
    cache.fill(&list_key(1), before, old).await.unwrap();
    assert!(!is_kept(&cache, 1).await);
}

#[tokio::test]
async fn generations_are_random() {
    let (cache, _) = cache();
    let (other, _) = cache_of(1);
    let mut seen = vec![cache.generation(), other.generation()];
    for _ in 0..10 {
        cache.bump(None).await.unwrap();
        seen.push(cache.generation());
    }
    let distinct: std::collections::HashSet<_> = seen.iter().collect();
    assert_eq!(distinct.len(), seen.len());
    let no_count = seen
        .windows(2)
        .all(|pair| pair[0].0.abs_diff(pair[1].0) > 1_000);
    assert!(no_count, "{seen:?}");
}

#[tokio::test]
async fn pages_take_no_more_memory_than_they_may() {
    let (cache, _) = cache_of(100_000);
    for number in 1..=100 {
        let page = page_of(vec![post(1, &"x".repeat(9_000))]);
        let generation = cache.generation();
        cache
            .fill(&list_key(number), generation, page)
            .await
            .unwrap();
    }
    let (count, bytes) = cache.pages.settled();
    assert!(bytes <= 100_000);
    assert!((5..=11).contains(&count));
}

#[tokio::test]
async fn a_bump_gives_the_memory_back() {
    let (cache, _) = cache();
    read_through(&cache, 1).await;
    cache.bump(None).await.unwrap();
    assert_eq!(cache.pages.settled().0, 0);
}
