use std::time::Instant;

use basalt_domain::{LimitKey, Policy, PolicyName, Quota, ports::RateLimiter};
use basalt_test_stores::{Instance, own_redis};

use super::*;
use crate::{memory::GovernorLimiter, test_support::authority};

/// More than production has by default, since tests share a busy machine.
pub(super) const BUDGET: Duration = Duration::from_millis(250);
/// For what takes no time but that of a busy machine.
pub(super) const MOMENT: Duration = Duration::from_secs(2);

/// A process in which everything runs that does in production.
pub(super) async fn running(server: &Instance) -> Redis {
    let redis = Redis::new(RedisOptions { timeout: BUDGET, ..options(server.url()) });
    let redis = redis.unwrap();
    let background = redis.clone();
    tokio::spawn(async move { background.run().await });
    back(&redis).await;
    redis
}

pub(super) async fn back(redis: &Redis) {
    let is_back = async || redis.is_up();
    wait_until(Duration::from_secs(5), is_back).await;
}

pub(super) fn five() -> Policy {
    Policy { name: PolicyName::Auth, quota: Quota { units: 5, window: Duration::from_secs(5_000) } }
}

pub(super) fn somebody() -> LimitKey {
    LimitKey::address("192.0.2.1".parse().unwrap())
}

pub(super) fn limiter_of(redis: &Redis) -> FallbackLimiter {
    FallbackLimiter::new(redis.rate_limiter(), Arc::new(GovernorLimiter::new()))
}

pub(super) async fn passes(limiter: &FallbackLimiter) -> bool {
    let decisions = limiter.take(&[(five(), somebody())]).await;
    decisions.expect("asking never fails")[0].allowed
}

#[tokio::test]
async fn a_frozen_redis_costs_the_first_calls_their_budget_and_then_nothing() {
    let Some(server) = own_redis().await else {
        return;
    };
    let redis = running(&server).await;
    let limiter = limiter_of(&redis);
    assert!(passes(&limiter).await);
    server.freeze();
    let start = Instant::now();
    limiter.take(&[(five(), somebody())]).await.unwrap();
    assert!((BUDGET..BUDGET + MOMENT).contains(&start.elapsed()));
    let is_gone = async || {
        passes(&limiter).await;
        !redis.is_up()
    };
    wait_until(2 * BUDGET + MOMENT, is_gone).await;
    let start = Instant::now();
    for _ in 0..1_000 {
        passes(&limiter).await;
    }
    // With their budget they would take minutes.
    assert!(start.elapsed() < MOMENT, "{:?}", start.elapsed());
    server.thaw();
    back(&redis).await;
    assert!(redis.rate_limiter().take(&[(five(), somebody())]).await.is_ok());
}

#[tokio::test]
async fn a_redis_that_is_gone_opens_no_limit_and_is_used_again_when_it_is_back() {
    let Some(server) = own_redis().await else {
        return;
    };
    let redis = running(&server).await;
    let limiter = limiter_of(&redis);
    assert!(passes(&limiter).await);
    server.kill();
    let mut passed = 0;
    for _ in 0..100 {
        passed += u32::from(passes(&limiter).await);
    }
    assert_eq!(passed, 5, "those of the process");
    assert!(!redis.is_up());
    assert!(redis.rate_limiter().take(&[]).await.is_ok());
    server.start().await;
    back(&redis).await;
    for _ in 0..10 {
        passes(&limiter).await;
    }
    assert!(!passes(&limiter).await);
}

#[tokio::test]
async fn a_redis_that_nobody_asks_is_found_to_be_gone_all_the_same() {
    let Some(server) = own_redis().await else {
        return;
    };
    let redis = running(&server).await;
    let is_noticed = async || {
        let most = HEARTBEAT + 2 * BUDGET + MOMENT;
        wait_until(most, async || !redis.is_up()).await;
    };
    server.freeze();
    is_noticed().await;
    server.thaw();
    back(&redis).await;
    server.kill();
    is_noticed().await;
}

#[tokio::test]
async fn a_redis_that_was_started_again_between_two_calls_is_not_missed() {
    let Some(server) = own_redis().await else {
        return;
    };
    let redis = process(server.url());
    redis.pulse().await.unwrap();
    server.stop();
    server.start().await;
    redis.pulse().await.unwrap();
    assert!(redis.is_up());
}

#[tokio::test]
async fn without_redis_no_page_is_shared_and_those_of_before_are_found_when_it_is_back() {
    let Some(server) = own_redis().await else {
        return;
    };
    let redis = running(&server).await;
    let cache = cache_of(&redis);
    put(&cache, 1, "Text").await;
    server.freeze();
    let is_gone = async || {
        assert!(cache.get(&list_key(1), VERSION).await.is_err());
        !redis.is_up()
    };
    wait_until(2 * BUDGET + MOMENT, is_gone).await;
    let start = Instant::now();
    for number in 1..=1_000 {
        let page = page_of(vec![post(1, "Text")], VERSION);
        assert!(cache.put(&list_key(number), page).await.is_err());
        assert!(cache.get(&list_key(number), VERSION).await.is_err());
    }
    assert!(start.elapsed() < MOMENT, "{:?}", start.elapsed());
    server.thaw();
    back(&redis).await;
    assert_eq!(text(&cache).await.as_deref(), Some("Text"));
}

#[test]
fn a_runtime_that_has_ended_leaves_no_dead_connection_behind() {
    let runtime = || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().build().unwrap()
    };
    let first = runtime();
    let Some((redis, _, _keyspace)) = first.block_on(two()) else {
        return;
    };
    first.block_on(redis.pulse()).unwrap();
    drop(first);
    for _ in 0..3 {
        runtime().block_on(redis.pulse()).unwrap();
    }
    assert!(redis.is_up());
}

/// Which connection the server answers on.
async fn connection(redis: &Redis) -> u64 {
    let mut ask = cmd("CLIENT");
    ask.arg("ID");
    let ask = Request::Command(ask);
    redis.ask(&ask).await.unwrap()
}

#[tokio::test]
async fn a_redis_that_became_a_replica_is_looked_for_anew() {
    let Some(server) = own_redis().await else {
        return;
    };
    let redis = process(server.url());
    redis.pulse().await.unwrap();
    let before = connection(&redis).await;
    let mut demote = cmd("REPLICAOF");
    ask::<()>(&redis, demote.arg("127.0.0.1").arg("1")).await;
    assert!(redis.pulse().await.is_err());
    // Its name may lead to the new primary, but only for a new connection.
    assert_ne!(connection(&redis).await, before);
}

/// A way to the Redis of `url` on which the first bytes take this long.
async fn slow_to_begin(url: &str, delay: Duration) -> String {
    let target = authority(url).to_owned();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let slow = url.replacen(&target, &address, 1);
    tokio::spawn(async move {
        loop {
            let (mut near, _) = listener.accept().await.unwrap();
            let mut far = tokio::net::TcpStream::connect(&target).await.unwrap();
            tokio::spawn(async move {
                tokio::time::sleep(delay).await;
                let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    slow
}

#[tokio::test]
async fn a_connection_that_takes_longer_than_a_call_may_is_made_all_the_same() {
    let Some((_, _, keyspace)) = two().await else {
        return;
    };
    let url = slow_to_begin(keyspace.url(), 2 * BUDGET).await;
    let redis = Redis::new(RedisOptions { timeout: BUDGET, ..options(&url) });
    let redis = redis.unwrap();
    assert!(redis.pulse().await.is_err(), "not within its budget");
    let is_made = async || redis.probe().await.is_ok();
    wait_until(Duration::from_secs(5), is_made).await;
}
