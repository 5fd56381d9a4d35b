//! A Redis that answers and does not do its work.

use basalt_domain::ports::RateLimiter as _;
use basalt_test_stores::{Instance, own_redis};

use super::{
    outage::{BUDGET, MOMENT, back, five, limiter_of, passes, running, somebody},
    *,
};

/// An order of an operator, in words.
async fn order(redis: &Redis, words: &str) {
    let mut words = words.split(' ');
    let mut order = cmd(words.next().unwrap());
    ask::<deadpool_redis::redis::Value>(redis, order.arg(words.collect::<Vec<_>>())).await;
}

async fn used_memory(redis: &Redis) -> u64 {
    let memory: String = ask(redis, cmd("INFO").arg("memory")).await;
    let used = memory.lines().find_map(|line| line.strip_prefix("used_memory:"));
    used.unwrap().trim().parse().unwrap()
}

async fn gone(redis: &Redis) {
    let most = HEARTBEAT + 2 * BUDGET + MOMENT;
    wait_until(most, async || !redis.is_up()).await;
}

/// Longer than between some tries to get through.
async fn stays_gone(redis: &Redis) {
    let begun = std::time::Instant::now();
    while begun.elapsed() < 5 * PAUSE {
        assert!(!redis.is_up());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// A Redis that is well, and a process that says what is done to it; it uses no write for that.
async fn well() -> Option<(Instance, Redis, Redis)> {
    let server = own_redis().await?;
    let (redis, operator) = (running(&server).await, process(server.url()));
    Some((server, redis, operator))
}

#[tokio::test]
async fn a_redis_that_refuses_writes_is_found_to_be_gone_until_it_takes_them() {
    let Some((_server, redis, operator)) = well().await else {
        return;
    };
    for (broken, mended) in [
        ("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0"),
        ("CONFIG SET min-replicas-to-write 1", "CONFIG SET min-replicas-to-write 0"),
        ("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE"),
    ] {
        order(&operator, broken).await;
        gone(&redis).await;
        stays_gone(&redis).await;
        order(&operator, mended).await;
        back(&redis).await;
        let taken = redis.rate_limiter().take(&[(five(), somebody())]).await;
        assert!(taken.is_ok(), "after {mended}");
    }
}

#[tokio::test]
async fn a_full_redis_is_gone_at_the_first_write_and_counts_no_unit_twice() {
    let Some((_server, redis, operator)) = well().await else {
        return;
    };
    let limiter = limiter_of(&redis);
    order(&operator, "CONFIG SET maxmemory 1").await;
    let mut passed = 0;
    for _ in 0..50 {
        passed += u32::from(passes(&limiter).await);
        assert!(!redis.is_up());
    }
    assert_eq!(passed, five().quota.units, "those of the process");
}

#[tokio::test]
async fn a_redis_with_room_for_a_few_bytes_stays_gone() {
    let Some((_server, redis, operator)) = well().await else {
        return;
    };
    order(&operator, "CONFIG SET maxmemory 1").await;
    gone(&redis).await;
    let some = used_memory(&operator).await + 256 * 1024;
    order(&operator, &format!("CONFIG SET maxmemory {some}")).await;
    stays_gone(&redis).await;
    order(&operator, &format!("CONFIG SET maxmemory {}", some + 4 * 1024 * 1024)).await;
    back(&redis).await;
    let left: Vec<String> = keys(&operator, "*ballast*").await;
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn a_full_redis_that_refuses_a_page_is_gone_at_once_though_it_still_answers() {
    let Some((_server, redis, operator)) = well().await else {
        return;
    };
    let cache = cache_of(&redis);
    put(&cache, 1, "Text").await;
    order(&operator, "CONFIG SET maxmemory 1").await;
    let page = page_of(vec![post(1, "Text")], VERSION);
    assert!(cache.put(&list_key(2), page).await.is_err());
    assert!(!redis.is_up());
    assert!(cache.get(&list_key(1), VERSION).await.is_err());
    order(&operator, "CONFIG SET maxmemory 0").await;
    back(&redis).await;
    assert_eq!(text(&cache).await.as_deref(), Some("Text"));
}
