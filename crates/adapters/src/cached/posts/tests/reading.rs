use super::*;

#[tokio::test(start_paused = true)]
async fn fifty_who_want_a_page_at_once_share_one_read() {
    let lists = ToldLists::new();
    let posts = cached(&lists, filling(&lists, 1), None);
    let key = list_key(1);
    let pages = join_all((0..50).map(|_| posts.page(&key))).await;
    let pages: Vec<_> = pages.into_iter().map(Result::unwrap).collect();
    assert!(pages.iter().all(|page| page.stamp == pages[0].stamp));
    let later = posts.page(&key).await.unwrap();
    assert_eq!(later.stamp, pages[0].stamp, "kept");
    settle().await;
    assert_eq!(posts.flights.len(), 0);
    assert_eq!(lists.readings(), 1);
}

#[tokio::test(start_paused = true)]
async fn pages_are_read_apart() {
    let lists = ToldLists::new();
    let posts = cached(&lists, filling(&lists, 2), None);
    let both = futures_util::future::join(served(&posts, 1), served(&posts, 2)).await;
    assert_eq!(both, ("1 of 1".to_owned(), "2 of 1".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn drafts_are_never_kept_and_ask_for_no_version() {
    let lists = ToldLists::new();
    let posts = cached(&lists, filling(&lists, 6), Some(MockPostCache::new()));
    let author = post(1, "x").author.id;
    for visibility in [PostVisibility::Drafts, PostVisibility::DraftsOf(author)] {
        let filter = PostFilter { visibility, ..PostFilter::default() };
        let key = PostListKey { filter, ..list_key(1) };
        posts.page(&key).await.unwrap();
        posts.page(&key).await.unwrap();
        let served = posts.page_or_stale(&key).await.unwrap();
        assert_eq!(served.age, Duration::ZERO);
    }
    assert_eq!(lists.readings(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_leader_who_goes_away_harms_nobody() {
    let lists = ToldLists::new();
    let posts = cached(&lists, filling(&lists, 1), None);
    posts.pages.versions.current().await.unwrap();
    let key = list_key(1);
    let mut leader = Box::pin(posts.page(&key));
    assert!(poll!(leader.as_mut()).is_pending());
    assert_eq!(posts.flights.len(), 1);
    let mut follower = Box::pin(posts.page(&key));
    assert!(poll!(follower.as_mut()).is_pending());
    drop(leader);
    assert_eq!(text(&follower.await.unwrap()), "1 of 1");
}

#[tokio::test(start_paused = true)]
async fn a_read_whose_every_reader_has_gone_is_kept_all_the_same() {
    let lists = ToldLists::new();
    let posts = cached(&lists, filling(&lists, 1), None);
    posts.pages.versions.current().await.unwrap();
    let key = list_key(1);
    let mut reader = Box::pin(posts.page(&key));
    assert!(poll!(reader.as_mut()).is_pending());
    drop(reader);
    settle().await;
    assert_eq!(posts.flights.len(), 0);
    assert_eq!(served(&posts, 1).await, "1 of 1");
}

#[tokio::test(start_paused = true)]
async fn a_page_is_kept_under_the_version_that_was_read_with_it() {
    let lists = ToldLists::new();
    let posts = cached(&lists, filling(&lists, 1), None);
    posts.pages.versions.current().await.unwrap();
    tokio::time::advance(Duration::from_millis(1)).await;
    // Between looking up and filling.
    lists.change();
    let page = posts.page(&list_key(1)).await.unwrap();
    assert_eq!(page.version, ListVersion(2));
    let at_hand = |version| {
        let is_good = |page: &PostPage, _| page.version == version;
        posts.pages.at_hand.find(&list_key(1), is_good)
    };
    assert!(at_hand(ListVersion(1)).is_none());
    assert!(at_hand(ListVersion(2)).is_some());
    assert_eq!(served(&posts, 1).await, "1 of 2", "the filling told the version");
    assert_eq!(lists.readings(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_write_costs_the_next_list_one_reading_and_one_filling_and_later_ones_nothing() {
    let lists = ToldLists::new();
    let posts = cached(&lists, filling(&lists, 3), None);
    for version in 1..=3 {
        for _ in 0..10 {
            assert_eq!(served(&posts, 1).await, format!("1 of {version}"));
        }
        assert_eq!(lists.readings(), version);
        lists.change();
        posts.insert(&UnsavedPost::from(&post(1, "Text"))).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_no_list_shows_costs_a_reading_and_no_filling() {
    let lists = ToldLists::new();
    let posts = cached(&lists, filling(&lists, 1), None);
    for readings in 1..=3 {
        assert_eq!(served(&posts, 1).await, "1 of 1");
        assert_eq!(lists.readings(), readings);
        posts.insert(&UnsavedPost::from(&post(1, "Text"))).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_counts_also_when_its_outcome_is_unknown_or_the_writer_goes_away() {
    let lists = ToldLists::new();
    let mut inner = filling(&lists, 3);
    inner.expect_update().returning(|_, _| panic!("a fault"));
    let posts = Arc::new(cached(&lists, inner, None));
    let text = post(1, "Text");
    assert_eq!(served(&posts, 1).await, "1 of 1");
    lists.change();
    assert!(posts.delete(text.id, text.version).await.is_err());
    assert_eq!(served(&posts, 1).await, "1 of 2");
    lists.change();
    let update = {
        let (posts, text) = (Arc::clone(&posts), text.clone());
        tokio::spawn(async move { posts.update(&text, text.version).await })
    };
    assert!(update.await.unwrap_err().is_panic());
    assert_eq!(served(&posts, 1).await, "1 of 3");
}

#[tokio::test(start_paused = true)]
async fn a_read_that_fails_fails_for_all_who_wait_and_the_next_one_tries_again() {
    let lists = ToldLists::new();
    let mut inner = MockPostRepository::new();
    let mut order = Sequence::new();
    for content in [None, Some("Text")] {
        let page = inner.expect_page().times(1).in_sequence(&mut order);
        let version = lists.version();
        page.returning(move |_| {
            let content = content.ok_or_else(failure)?;
            Ok(page_of(vec![post(1, content)], version))
        });
    }
    let posts = cached(&lists, inner, None);
    let key = list_key(1);
    for failed in join_all((0..10).map(|_| posts.page(&key))).await {
        assert!(matches!(failed, Err(StoreError::Unavailable(_))));
    }
    assert_eq!(served(&posts, 1).await, "Text");
}

#[tokio::test(start_paused = true)]
async fn a_read_that_panics_is_an_error_and_no_read_hangs_on_it() {
    let lists = ToldLists::new();
    let mut inner = MockPostRepository::new();
    inner.expect_page().returning(|_| panic!("a fault in the adapter"));
    let posts = cached(&lists, inner, None);
    let read = posts.page(&list_key(1)).await;
    assert!(matches!(read, Err(StoreError::Failed(_))));
    assert_eq!(posts.flights.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_shared_cache_is_asked_only_for_what_is_not_at_hand() {
    let lists = ToldLists::new();
    let mut shared = MockPostCache::new();
    let version = lists.version();
    let get = shared.expect_get().with(eq(list_key(1)), eq(version));
    get.times(1).returning(|_, version| Ok(Some(page_of(vec![post(1, "Shared")], version))));
    let get = shared.expect_get().with(eq(list_key(2)), eq(version));
    get.times(1).returning(|_, _| Ok(None));
    shared
        .expect_put()
        .withf(move |key, page| *key == list_key(2) && page.version == version)
        .times(1)
        .returning(|_, _| Ok(()));
    let posts = cached(&lists, filling(&lists, 1), Some(shared));
    for _ in 0..10 {
        assert_eq!(served(&posts, 1).await, "Shared");
        assert_eq!(served(&posts, 2).await, "2 of 1");
    }
    settle().await;
}

#[tokio::test(start_paused = true)]
async fn a_shared_cache_that_fails_costs_a_read_and_no_answer() {
    let lists = ToldLists::new();
    let mut shared = MockPostCache::new();
    shared.expect_get().times(2).returning(|_, _| Err(failure()));
    shared.expect_put().times(2).returning(|_, _| Err(failure()));
    let posts = cached(&lists, filling(&lists, 2), Some(shared));
    for _ in 0..10 {
        assert_eq!(served(&posts, 1).await, "1 of 1");
        assert_eq!(served(&posts, 2).await, "2 of 1");
    }
    settle().await;
    assert_eq!(posts.flights.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn while_others_write_all_the_time_a_page_is_filled_twice_a_second_and_not_for_each_request()
{
    let lists = ToldLists::new();
    // Two pages, each at once and after half a second.
    let posts = cached(&lists, filling(&lists, 4), None);
    for _ in 0..90 {
        for number in [1, 2] {
            lists.change();
            served(&posts, number).await;
        }
        tokio::time::advance(Duration::from_millis(10)).await;
    }
}
