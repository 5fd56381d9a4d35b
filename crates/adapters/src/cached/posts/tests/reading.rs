use std::pin::pin;

use basalt_domain::ports::Lookup;
use futures_util::{FutureExt, future::join_all};

use super::*;

fn text(page: &PostPage) -> &str {
    page.page.items[0].content.as_str()
}

#[tokio::test]
async fn fifty_who_want_a_page_at_once_share_one_read() {
    let mut inner = MockPostRepository::new();
    inner
        .expect_page()
        .with(eq(list_key(1)))
        .times(1)
        .returning(|_| Ok(page("Text")));
    let posts = CachedPosts::new(inner, moka());
    let key = list_key(1);
    let pages = join_all((0..50).map(|_| posts.page(&key))).await;
    let pages: Vec<_> = pages.into_iter().map(Result::unwrap).collect();
    assert!(pages.iter().all(|page| page.stamp == pages[0].stamp));
    let later = posts.page(&list_key(1)).await.unwrap();
    assert_eq!(later.stamp, pages[0].stamp, "kept");
    settle().await;
    assert_eq!(posts.flights.len(), 0);
}

#[tokio::test]
async fn pages_are_read_apart() {
    let mut inner = MockPostRepository::new();
    inner
        .expect_page()
        .times(2)
        .returning(|key| Ok(page(&key.page.number().to_string())));
    let posts = CachedPosts::new(inner, moka());
    let (one, two) = (list_key(1), list_key(2));
    let (one, two) = futures_util::future::join(posts.page(&one), posts.page(&two)).await;
    assert_eq!((text(&one.unwrap()), text(&two.unwrap())), ("1", "2"));
}

#[tokio::test]
async fn drafts_are_never_kept() {
    let mut inner = MockPostRepository::new();
    inner
        .expect_page()
        .times(4)
        .returning(|_| Ok(page("Draft")));
    let posts = CachedPosts::new(inner, Arc::new(MockPostCache::new()));
    let author = post(1, "x").author.id;
    for visibility in [PostVisibility::Drafts, PostVisibility::DraftsOf(author)] {
        let filter = PostFilter {
            visibility,
            ..PostFilter::default()
        };
        let key = PostListKey {
            filter,
            ..list_key(1)
        };
        posts.page(&key).await.unwrap();
        posts.page(&key).await.unwrap();
    }
}

#[tokio::test]
async fn a_leader_who_goes_away_harms_nobody() {
    let mut inner = MockPostRepository::new();
    inner.expect_page().times(1).returning(|_| Ok(page("Text")));
    let posts = CachedPosts::new(inner, moka());
    let key = list_key(1);
    let mut leader = Box::pin(posts.page(&key));
    assert!(poll!(leader.as_mut()).is_pending());
    let mut follower = pin!(posts.page(&key));
    assert!(poll!(follower.as_mut()).is_pending());
    drop(leader);
    assert_eq!(text(&follower.await.unwrap()), "Text");
}

#[tokio::test]
async fn a_read_whose_every_reader_has_gone_is_kept_all_the_same() {
    let mut inner = MockPostRepository::new();
    inner.expect_page().times(1).returning(|_| Ok(page("Text")));
    let posts = CachedPosts::new(inner, moka());
    let key = list_key(1);
    let mut reader = Box::pin(posts.page(&key));
    assert!(poll!(reader.as_mut()).is_pending());
    drop(reader);
    settle().await;
    assert_eq!(text(&posts.page(&key).await.unwrap()), "Text");
}

#[tokio::test]
async fn whoever_comes_after_a_bump_joins_no_read_from_before_it() {
    let mut inner = MockPostRepository::new();
    let mut order = Sequence::new();
    for content in ["Old", "New"] {
        inner
            .expect_page()
            .times(1)
            .in_sequence(&mut order)
            .returning(move |_| Ok(page(content)));
    }
    let cache = moka();
    let posts = CachedPosts::new(inner, cache.clone());
    let key = list_key(1);
    let (mut before, mut after) = (pin!(posts.page(&key)), pin!(posts.page(&key)));
    assert!(poll!(before.as_mut()).is_pending());
    cache.bump(None).await.unwrap();
    assert!(poll!(after.as_mut()).is_pending());
    assert_eq!(text(&before.await.unwrap()), "Old");
    assert_eq!(text(&after.await.unwrap()), "New");
    assert_eq!(text(&posts.page(&key).await.unwrap()), "New");
}

#[tokio::test]
async fn a_page_that_changes_while_it_is_read_is_not_kept() {
    let cache = moka();
    let meanwhile = cache.clone();
    let mut inner = MockPostRepository::new();
    let mut order = Sequence::new();
    inner
        .expect_page()
        .times(1)
        .in_sequence(&mut order)
        .returning(move |_| {
            meanwhile.bump(None).now_or_never().unwrap().unwrap();
            Ok(page("Old"))
        });
    inner
        .expect_page()
        .times(1)
        .in_sequence(&mut order)
        .returning(|_| Ok(page("New")));
    let posts = CachedPosts::new(inner, cache);
    assert_eq!(text(&posts.page(&list_key(1)).await.unwrap()), "Old");
    assert_eq!(text(&posts.page(&list_key(1)).await.unwrap()), "New");
}

#[tokio::test]
async fn a_read_that_fails_fails_for_all_who_wait_and_the_next_one_tries_again() {
    let mut inner = MockPostRepository::new();
    let mut order = Sequence::new();
    inner
        .expect_page()
        .times(1)
        .in_sequence(&mut order)
        .returning(|_| Err(failure()));
    inner
        .expect_page()
        .times(1)
        .in_sequence(&mut order)
        .returning(|_| Ok(page("Text")));
    let posts = CachedPosts::new(inner, moka());
    let key = list_key(1);
    let (first, second) = futures_util::future::join(posts.page(&key), posts.page(&key)).await;
    assert!(matches!(first, Err(StoreError::Unavailable(_))));
    assert!(matches!(second, Err(StoreError::Unavailable(_))));
    assert_eq!(text(&posts.page(&key).await.unwrap()), "Text");
}

#[tokio::test]
async fn a_read_that_panics_is_an_error_and_no_read_hangs_on_it() {
    let mut inner = MockPostRepository::new();
    inner
        .expect_page()
        .returning(|_| panic!("a fault in the adapter"));
    let posts = CachedPosts::new(inner, moka());
    let read = posts.page(&list_key(1)).await;
    assert!(matches!(read, Err(StoreError::Failed(_))));
    assert_eq!(posts.flights.len(), 0);
}

#[tokio::test]
async fn a_cache_that_fails_costs_a_read_and_no_answer() {
    let mut inner = MockPostRepository::new();
    inner.expect_page().times(3).returning(|_| Ok(page("Text")));
    let mut cache = MockPostCache::new();
    let mut order = Sequence::new();
    cache
        .expect_look_up()
        .times(2)
        .in_sequence(&mut order)
        .returning(|_| Err(failure()));
    cache
        .expect_look_up()
        .times(1)
        .in_sequence(&mut order)
        .returning(|_| {
            Ok(Lookup {
                generation: CacheGeneration(1),
                page: None,
            })
        });
    cache
        .expect_fill()
        .times(1)
        .returning(|_, _, _| Err(failure()));
    let posts = CachedPosts::new(inner, Arc::new(cache));
    for _ in 0..3 {
        assert_eq!(text(&posts.page(&list_key(1)).await.unwrap()), "Text");
    }
    settle().await;
    assert_eq!(posts.flights.len(), 0);
}
