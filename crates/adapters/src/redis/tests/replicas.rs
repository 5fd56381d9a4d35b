use super::*;

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_page_that_one_process_has_filled_is_there_for_the_other() {
    let Some((one, other, _keyspace)) = two().await else {
        return;
    };
    let (one, other) = (cache_of(&one), cache_of(&other));
    // Each ends what was there before it once, when it begins.
    generation(&other).await;
    generation(&one).await;
    wait_until(SECOND, async || {
        generation(&one).await == generation(&other).await
    })
    .await;
    fill(&one, 1, "Text").await;
    let filled = found(&one, 1).await.unwrap();
    let read = found(&other, 1).await.unwrap();
    assert_eq!(read.page, filled.page);
    assert!(Arc::ptr_eq(&read, &found(&other, 1).await.unwrap()));
}

#[tokio::test]
async fn a_change_by_one_process_is_seen_by_the_other_within_a_second() {
    let Some((one, other, _keyspace)) = two().await else {
        return;
    };
    let (one, other) = (cache_of(&one), cache_of(&other));
    for round in 0..3 {
        fill(&other, 1, "Old").await;
        assert_eq!(text(&other).await.as_deref(), Some("Old"));
        let mark = (round > 0).then_some(one.expect_change().await.unwrap());
        one.bump(mark).await.unwrap();
        assert_eq!(text(&one).await, None);
        wait_until(SECOND, async || text(&other).await.is_none()).await;
    }
}

#[tokio::test]
async fn a_change_of_this_process_is_seen_at_once_although_others_change_too() {
    let Some((one, other, _keyspace)) = two().await else {
        return;
    };
    let (one, other) = (cache_of(&one), cache_of(&other));
    for _ in 0..20 {
        fill(&one, 1, "Old").await;
        let (mine, theirs) = (one.expect_change().await, other.expect_change().await);
        fill(&one, 1, "Old").await;
        let (bumped, _) =
            futures_util::future::join(one.bump(mine.ok()), other.bump(theirs.ok())).await;
        bumped.unwrap();
        assert_eq!(text(&one).await, None);
    }
}

#[tokio::test]
async fn while_a_change_is_expected_nothing_is_kept_for_others_and_each_keeps_its_own() {
    let Some((one, other, _keyspace)) = two().await else {
        return;
    };
    let mark = one.announce().await.unwrap();
    let cache = cache_of(&other);
    fill(&cache, 1, "Own").await;
    assert_eq!(text(&cache).await.as_deref(), Some("Own"));
    assert_eq!(keys(&one, "*:page:*").await, Vec::<String>::new());
    // Also not for a reader who came before the announcement.
    let mut script = post_cache::FILL.key(keys::GENERATION);
    let present: String = ask(&one, cmd("GET").arg(keys::GENERATION)).await;
    script.key(keys::MARKS).key("{basalt:posts}:page:x");
    script.arg(&present).arg("a page").arg(1_000).arg(4_000);
    let kept: u8 = one.call(&Request::Script(script)).await.unwrap();
    assert_eq!(kept, 0);
    one.bump(Some(mark)).await.unwrap();
    wait_until(SECOND, async || text(&cache).await.is_none()).await;
    fill(&cache, 1, "Shared").await;
    assert_eq!(keys(&one, "*:page:*").await.len(), 1);
}

#[tokio::test]
async fn a_mark_that_is_never_redeemed_ends_by_itself() {
    let Some((one, other, _keyspace)) = two().await else {
        return;
    };
    one.announce().await.unwrap();
    let life: u64 = ask(&one, cmd("PTTL").arg(keys::MARKS)).await;
    assert!((1..=4_000).contains(&life), "{life}");
    // As it is once that has passed, while a later mark keeps the key alive.
    let marks: Vec<String> = ask(&one, cmd("ZRANGE").arg(keys::MARKS).arg(0).arg(-1)).await;
    for mark in &marks {
        let age = cmd("ZADD").arg(keys::MARKS).arg(1).arg(mark).to_owned();
        ask::<()>(&one, &age).await;
    }
    let cache = cache_of(&other);
    fill(&cache, 1, "Text").await;
    assert_eq!(keys(&one, "*:page:*").await.len(), 1);
    let announced = one.announce().await.unwrap();
    one.bump(Some(announced)).await.unwrap();
    let left: u32 = ask(&one, cmd("ZCARD").arg(keys::MARKS)).await;
    assert_eq!(left, 0, "what has expired is removed");
}

#[tokio::test]
async fn a_mark_of_a_clock_that_was_set_back_keeps_no_page_from_being_shared() {
    let Some((one, other, _keyspace)) = two().await else {
        return;
    };
    let cache = cache_of(&other);
    generation(&cache).await;
    one.announce().await.unwrap();
    let marks: Vec<String> = ask(&one, cmd("ZRANGE").arg(keys::MARKS).arg(0).arg(-1)).await;
    let (seconds, _): (u64, u64) = ask(&one, &cmd("TIME")).await;
    let mut later = cmd("ZADD");
    later.arg(keys::MARKS).arg((seconds + 3_600) * 1_000);
    ask::<()>(&one, later.arg(&marks)).await;
    wait_until(SECOND, async || {
        fill(&cache, 1, "Text").await;
        keys(&one, "*:page:*").await.len() == 1
    })
    .await;
    one.bump(None).await.unwrap();
    let left: u32 = ask(&one, cmd("ZCARD").arg(keys::MARKS)).await;
    assert_eq!(left, 0, "it is removed");
}

#[tokio::test]
async fn a_generation_that_was_evicted_is_made_anew_and_revives_nothing() {
    let Some((one, other, _keyspace)) = two().await else {
        return;
    };
    let cache = cache_of(&one);
    fill(&cache, 1, "Old").await;
    let before = generation(&cache).await;
    ask::<()>(&one, cmd("DEL").arg(keys::GENERATION)).await;
    let other = cache_of(&other);
    assert_eq!(text(&other).await, None);
    wait_until(SECOND, async || text(&cache).await.is_none()).await;
    assert_ne!(generation(&cache).await, before);
}

#[tokio::test]
async fn processes_with_other_secrets_share_no_page_and_end_each_others() {
    let Some((one, _, keyspace)) = two().await else {
        return;
    };
    let rotated = Redis::new(RedisOptions {
        secret: b"the next secret".to_vec(),
        ..options(keyspace.url())
    });
    let (one, rotated) = (cache_of(&one), cache_of(&rotated.unwrap()));
    generation(&rotated).await;
    fill(&one, 1, "Text").await;
    assert_eq!(text(&rotated).await, None);
    rotated.bump(None).await.unwrap();
    wait_until(SECOND, async || text(&one).await.is_none()).await;
}
