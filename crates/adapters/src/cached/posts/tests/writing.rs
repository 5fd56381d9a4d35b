use super::*;

/// A cache that is told of `writes`, each before it is done and once more after.
fn told_of(writes: usize) -> MockPostCache {
    let mut cache = MockPostCache::new();
    let mark = ChangeMark(7);
    cache
        .expect_expect_change()
        .times(writes)
        .returning(move || Ok(mark));
    cache
        .expect_bump()
        .with(eq(Some(mark)))
        .times(writes)
        .returning(|_| Ok(()));
    cache
}

#[tokio::test]
async fn every_write_begins_a_new_generation_also_one_whose_outcome_is_unknown() {
    let mut inner = MockPostRepository::new();
    inner.expect_insert().returning(|_| Ok(()));
    inner.expect_update().returning(|_, _| Ok(Outcome::Done));
    inner.expect_delete().returning(|_, _| Err(failure()));
    let mut cache = told_of(2);
    // Nobody knows whether it is done, so its mark is not redeemed.
    cache
        .expect_expect_change()
        .times(1)
        .returning(|| Ok(ChangeMark(8)));
    cache
        .expect_bump()
        .with(eq(None))
        .times(1)
        .returning(|_| Ok(()));
    let posts = CachedPosts::new(inner, Arc::new(cache));
    let post = post(1, "Text");
    posts.insert(&post).await.unwrap();
    assert_eq!(
        posts.update(&post, post.version).await.unwrap(),
        Outcome::Done
    );
    assert!(posts.delete(post.id, post.version).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn after_a_write_whose_outcome_nobody_knows_lists_are_ended_again_and_again() {
    let mut inner = MockPostRepository::new();
    inner.expect_delete().returning(|_, _| Err(failure()));
    let cache = moka();
    let posts = CachedPosts::new(inner, cache.clone());
    let post = post(1, "Text");
    assert!(posts.delete(post.id, post.version).await.is_err());
    let mut generations = vec![];
    for _ in 0..4 {
        let known = cache.look_up(&list_key(1)).await.unwrap();
        generations.push(known.generation);
        // The clock of the tests moves on as soon as everybody waits.
        tokio::time::sleep(Duration::from_millis(4_001)).await;
    }
    generations.dedup();
    assert_eq!(generations.len(), 4);
}

#[tokio::test]
async fn a_write_is_done_when_the_cache_can_not_be_told_of_it() {
    let mut inner = MockPostRepository::new();
    inner.expect_insert().returning(|_| Ok(()));
    let mut cache = MockPostCache::new();
    cache
        .expect_expect_change()
        .times(1)
        .returning(|| Err(failure()));
    cache
        .expect_bump()
        .with(eq(None))
        .times(1)
        .returning(|_| Err(failure()));
    let posts = CachedPosts::new(inner, Arc::new(cache));
    assert!(posts.insert(&post(1, "Text")).await.is_ok());
}

#[tokio::test]
async fn a_write_is_announced_before_it_is_done_and_lists_end_after() {
    let mut order = Sequence::new();
    let mut cache = MockPostCache::new();
    let mut inner = MockPostRepository::new();
    cache
        .expect_expect_change()
        .times(1)
        .in_sequence(&mut order)
        .returning(|| Ok(ChangeMark(7)));
    inner
        .expect_insert()
        .times(1)
        .in_sequence(&mut order)
        .returning(|_| Ok(()));
    cache
        .expect_bump()
        .times(1)
        .in_sequence(&mut order)
        .returning(|_| Ok(()));
    let posts = CachedPosts::new(inner, Arc::new(cache));
    posts.insert(&post(1, "Text")).await.unwrap();
}

#[tokio::test]
async fn a_write_is_done_to_its_end_when_the_writer_goes_away() {
    let mut inner = MockPostRepository::new();
    inner.expect_insert().times(1).returning(|_| Ok(()));
    let cache = told_of(1);
    let posts = CachedPosts::new(inner, Arc::new(cache));
    let post = post(1, "Text");
    let mut write = Box::pin(posts.insert(&post));
    assert!(poll!(write.as_mut()).is_pending());
    drop(write);
    settle().await;
}

#[tokio::test]
async fn a_write_that_panics_begins_a_new_generation_too() {
    let mut inner = MockPostRepository::new();
    inner
        .expect_insert()
        .returning(|_| panic!("a fault in the adapter"));
    let cache = told_of(1);
    let posts = CachedPosts::new(inner, Arc::new(cache));
    let written = posts.insert(&post(1, "Text")).await;
    assert!(matches!(written, Err(InsertPostError::Store(_))));
    settle().await;
}
