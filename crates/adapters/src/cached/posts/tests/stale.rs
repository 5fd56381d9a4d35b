//! While the store can't be asked.

use super::*;

/// Pages of which the first is at hand, by a store that is away now.
async fn with_one_at_hand(shared: Option<MockPostCache>) -> (Arc<ToldLists>, CachedPosts) {
    let lists = ToldLists::new();
    let mut inner = filling(&lists, 1);
    inner.expect_page().returning(|_| Err(failure()));
    let posts = cached(&lists, inner, shared);
    posts.page(&list_key(1)).await.unwrap();
    lists.go_away(true);
    (lists, posts)
}

async fn stale(posts: &CachedPosts, number: u64) -> Result<(String, Duration), StoreError> {
    let ServedPage { page, age } = posts.page_or_stale(&list_key(number)).await?;
    Ok((text(&page).to_owned(), age))
}

/// A moment after the last failure, which those share who asked before it.
async fn come_back(lists: &ToldLists) {
    tokio::time::advance(Duration::from_millis(1)).await;
    lists.go_away(false);
}

fn is_unavailable<T>(answer: &Result<T, StoreError>) -> bool {
    matches!(answer, Err(StoreError::Unavailable(_)))
}

#[tokio::test(start_paused = true)]
async fn a_page_at_hand_is_served_with_its_age_for_so_long_and_no_longer() {
    let (lists, posts) = with_one_at_hand(None).await;
    let fresh = stale(&posts, 1).await.unwrap();
    assert_eq!(fresh, ("1 of 1".to_owned(), Duration::ZERO));
    for age in [1, 2, 60] {
        let age = Duration::from_secs(age);
        let known = posts.pages.versions.stale(Duration::MAX).unwrap();
        tokio::time::advance(age.saturating_sub(known.1)).await;
        assert!(is_unavailable(&posts.page(&list_key(1)).await));
        let old = stale(&posts, 1).await.unwrap();
        assert_eq!(old, ("1 of 1".to_owned(), age));
    }
    tokio::time::advance(Duration::from_millis(1)).await;
    assert!(is_unavailable(&stale(&posts, 1).await));
    come_back(&lists).await;
    let fresh = stale(&posts, 1).await.unwrap();
    assert_eq!(fresh, ("1 of 1".to_owned(), Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn a_page_that_can_not_be_read_is_served_from_neither_place_and_is_the_failure() {
    let mut shared = MockPostCache::new();
    shared.expect_put().returning(|_, _| Ok(()));
    shared.expect_get().returning(|_, _| Ok(None));
    let (lists, posts) = with_one_at_hand(Some(shared)).await;
    assert!(is_unavailable(&stale(&posts, 2).await), "with a version");
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(is_unavailable(&stale(&posts, 2).await), "without one");
    lists.go_away(false);
    assert!(is_unavailable(&stale(&posts, 2).await), "with the present");
}

#[tokio::test(start_paused = true)]
async fn a_shared_page_of_the_last_known_version_is_served_too() {
    let mut shared = MockPostCache::new();
    shared.expect_put().returning(|_, _| Ok(()));
    let get = shared.expect_get().with(eq(list_key(1)), eq(ListVersion(1)));
    get.returning(|_, _| Ok(None));
    let get = shared.expect_get().with(eq(list_key(2)), eq(ListVersion(1)));
    get.times(1).returning(|_, version| Ok(Some(page_of(vec![post(1, "Shared")], version))));
    let (_, posts) = with_one_at_hand(Some(shared)).await;
    let age = Duration::from_secs(7);
    tokio::time::advance(age).await;
    for _ in 0..2 {
        let old = stale(&posts, 2).await.unwrap();
        assert_eq!(old, ("Shared".to_owned(), age));
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_write_of_this_process_no_old_page_is_served() {
    let (lists, posts) = with_one_at_hand(None).await;
    posts.insert(&UnsavedPost::from(&post(1, "Text"))).await.unwrap();
    assert!(is_unavailable(&stale(&posts, 1).await));
    come_back(&lists).await;
    assert!(stale(&posts, 1).await.is_ok(), "the version is the same");
}

#[tokio::test(start_paused = true)]
async fn where_nothing_was_ever_read_there_is_nothing_old() {
    let lists = ToldLists::new();
    lists.go_away(true);
    let posts = cached(&lists, filling(&lists, 0), None);
    assert!(is_unavailable(&stale(&posts, 1).await));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_answers_with_another_failure_is_not_away() {
    for failure in [StoreError::failed("no such table"), StoreError::corrupt("no title")] {
        let lists = ToldLists::new();
        let mut inner = filling(&lists, 1);
        let failed = failure.clone();
        inner.expect_page().times(1).returning(move |_| Err(failed.clone()));
        let posts = cached(&lists, inner, None);
        posts.page(&list_key(1)).await.unwrap();
        let found = stale(&posts, 2).await.unwrap_err();
        assert_eq!(found.to_string(), failure.to_string());
    }
}
