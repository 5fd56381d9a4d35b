use std::collections::HashSet;

use basalt_domain::{Email, LimitKey, Policy, PolicyName, Quota, ports::RateLimiter};
use basalt_test_stores::own_redis;

use super::*;
use crate::redis::pages;

#[tokio::test]
async fn a_page_at_hand_costs_no_call_and_its_stamp_stays() {
    let Some(server) = own_redis().await else {
        return;
    };
    let redis = process(server.url());
    let cache = cache_of(&redis);
    fill(&cache, 1, "Text").await;
    let first = found(&cache, 1).await.unwrap();
    let stats = |text: String| {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("total_commands_processed:"));
        line.unwrap().trim().parse::<u64>().unwrap()
    };
    let before = stats(ask(&redis, cmd("INFO").arg("stats")).await);
    for _ in 0..1_000 {
        let page = found(&cache, 1).await.unwrap();
        assert_eq!(page.stamp, first.stamp);
    }
    let after = stats(ask(&redis, cmd("INFO").arg("stats")).await);
    // The operator's own, and a refresh of the generation should this take so long.
    assert!(after - before < 50, "{}", after - before);
}

#[tokio::test]
async fn every_key_expires_and_neither_keys_nor_values_tell_whose_they_are() {
    let Some((redis, _, _keyspace)) = two().await else {
        return;
    };
    let cache = cache_of(&redis);
    fill(&cache, 1, "Text").await;
    let limiter = redis.rate_limiter();
    let policy = Policy {
        name: PolicyName::Account,
        quota: Quota {
            units: 5,
            window: Duration::from_secs(50),
        },
    };
    let email = Email::parse("ann.secret@example.com").unwrap();
    let network = LimitKey::address("192.0.2.77".parse().unwrap());
    for key in [LimitKey::Account(email), network] {
        limiter.take(&[(policy, key)]).await.unwrap();
    }
    redis.announce().await.unwrap();
    let all = keys(&redis, "*").await;
    assert_eq!(all.len(), 5, "{all:?}");
    for key in all {
        assert!(key.starts_with("{basalt:"), "{key}");
        let life: i64 = ask(&redis, cmd("PTTL").arg(&key)).await;
        assert!(life > 0, "{key} lives for {life} ms");
        let dump: Vec<u8> = ask(&redis, cmd("DUMP").arg(&key)).await;
        let dump = String::from_utf8_lossy(&dump) + key.as_str();
        for secret in ["ann", "example.com", "192.0.2"] {
            assert!(
                !dump.to_lowercase().contains(secret) || key.contains(":page:"),
                "{key}"
            );
        }
    }
}

#[tokio::test]
async fn pages_that_were_filled_together_do_not_expire_together() {
    let Some((redis, _, _keyspace)) = two().await else {
        return;
    };
    let cache = cache_of(&redis);
    let mut lives = HashSet::new();
    for number in 1..=20 {
        fill(&cache, number, "Text").await;
    }
    for key in keys(&redis, "*:page:*").await {
        let life: u64 = ask(&redis, cmd("PTTL").arg(&key)).await;
        assert!((530_000..=600_000).contains(&life), "{life}");
        lives.insert(life / 1_000);
    }
    assert!(lives.len() > 5, "{lives:?}");
}

#[tokio::test]
async fn what_is_no_page_is_a_miss_and_can_be_filled_again() {
    let Some((one, other, _keyspace)) = two().await else {
        return;
    };
    let (one_cache, cache) = (cache_of(&one), cache_of(&other));
    generation(&one_cache).await;
    fill(&cache, 1, "Text").await;
    let page = keys(&one, "*:page:*").await.remove(0);
    let kept: String = ask(&one, cmd("GET").arg(&page)).await;
    let fresh = process_like(&other);
    for broken in [
        String::new(),
        "é".repeat(20),
        kept[..16].to_owned(),
        kept.replace("\"title\":\"Title\"", "\"title\":\"\""),
        kept.replace("total", "sum"),
        kept.replacen(&kept[..1], "g", 1),
    ] {
        ask::<()>(&one, cmd("SET").arg(&page).arg(&broken)).await;
        assert_eq!(text(&fresh).await, None, "{broken}");
    }
    ask::<()>(&one, cmd("SET").arg(&page).arg(&kept)).await;
    assert_eq!(text(&fresh).await.as_deref(), Some("Text"));
}

/// A process with nothing at hand that knows the generation that `redis` knows.
fn process_like(redis: &Redis) -> RedisPostCache {
    redis.post_cache(TTL, 0, Arc::new(SystemClock))
}

#[tokio::test]
async fn a_large_page_stays_in_the_process() {
    let Some((redis, _, _keyspace)) = two().await else {
        return;
    };
    let cache = cache_of(&redis);
    let posts = (1..=20).map(|number| post(number, &"x".repeat(20_000)));
    let generation = generation(&cache).await;
    let page = page_of(posts.collect());
    cache.fill(&list_key(1), generation, page).await.unwrap();
    assert!(found(&cache, 1).await.is_some());
    assert_eq!(keys(&redis, "*:page:*").await, Vec::<String>::new());
}

#[test]
fn a_page_comes_back_as_it_was_written_under_its_own_generation_only() {
    let page = page_of(vec![post(1, "Ä \"text\"\n\twith 😀"), post(u128::MAX, "x")]);
    let expires_at = basalt_domain::Timestamp::from_micros(1_700_000_000_000_001).unwrap();
    let written = pages::write(CacheGeneration(7), &page.page, expires_at).unwrap();
    let read = pages::read(CacheGeneration(7), &written);
    assert_eq!(read, Some((page.page.clone(), expires_at)));
    assert_eq!(pages::read(CacheGeneration(8), &written), None);
}
