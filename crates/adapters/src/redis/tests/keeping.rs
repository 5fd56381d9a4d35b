use basalt_domain::{
    Email, LimitKey, Page, Policy, PolicyName, Quota, Timestamp, Total, ports::RateLimiter,
};

use super::*;
use crate::{redis::pages, test_support::StandingClock};

#[tokio::test]
async fn every_key_expires_and_neither_keys_nor_values_tell_whose_they_are() {
    let Some((redis, _, _keyspace)) = two().await else {
        return;
    };
    let cache = cache_of(&redis);
    put(&cache, 1, "Text").await;
    let limiter = redis.rate_limiter();
    let policy = Policy {
        name: PolicyName::Account,
        quota: Quota { units: 5, window: Duration::from_secs(50) },
    };
    let email = Email::parse("ann.secret@example.com").unwrap();
    let network = LimitKey::address("192.0.2.77".parse().unwrap());
    for key in [LimitKey::Account(email), network] {
        limiter.take(&[(policy, key)]).await.unwrap();
    }
    redis.load_ballast().await.unwrap();
    let all = keys(&redis, "*").await;
    assert_eq!(all.len(), 4, "{all:?}");
    for key in all {
        assert!(key.starts_with("{basalt:"), "{key}");
        let life: i64 = ask(&redis, cmd("PTTL").arg(&key)).await;
        assert!(life > 0, "{key} lives for {life} ms");
        let dump: Vec<u8> = ask(&redis, cmd("DUMP").arg(&key)).await;
        let dump = String::from_utf8_lossy(&dump) + key.as_str();
        for secret in ["ann", "example.com", "192.0.2"] {
            assert!(
                !dump.to_lowercase().contains(secret) || key.starts_with("{basalt:posts:"),
                "{key}"
            );
        }
    }
}

#[tokio::test]
async fn ten_thousand_versions_leave_no_more_keys_than_there_are_queries() {
    let Some((redis, _, _keyspace)) = two().await else {
        return;
    };
    let cache = cache_of(&redis);
    for version in 1..=10_000_u64 {
        let page = page_of(vec![post(1, "Text")], ListVersion(version.into()));
        let number = 1 + version % 3;
        cache.put(&list_key(number), page).await.unwrap();
    }
    assert_eq!(keys(&redis, "*").await.len(), 3);
    for (number, version) in [(1, 9_999), (2, 10_000), (3, 9_998)] {
        let kept = cache.get(&list_key(number), ListVersion(version)).await;
        assert_eq!(kept.unwrap().unwrap().version, ListVersion(version));
        let earlier = cache.get(&list_key(number), ListVersion(version - 3)).await;
        assert!(earlier.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_page_that_one_process_puts_is_found_by_the_other_until_it_expires() {
    let Some((one, other, _keyspace)) = two().await else {
        return;
    };
    let there = cache_of(&other);
    let short = Duration::from_millis(300);
    let here = one.post_cache(short, Arc::new(SystemClock));
    put(&here, 1, "Text").await;
    assert_eq!(text(&there).await.as_deref(), Some("Text"));
    let is_gone = async || text(&there).await.is_none();
    wait_until(Duration::from_secs(5), is_gone).await;
    let is_gone = async || keys(&one, "*").await.is_empty();
    wait_until(Duration::from_secs(5), is_gone).await;
}

#[tokio::test]
async fn a_page_has_expired_by_the_clock_of_whoever_reads_it() {
    let Some((redis, _, _keyspace)) = two().await else {
        return;
    };
    let clock = StandingClock::new();
    let cache = redis.post_cache(TTL, clock.clone());
    put(&cache, 1, "Text").await;
    clock.advance(TTL.saturating_sub(Duration::from_micros(1)));
    assert!(found(&cache, 1).await.is_some());
    clock.advance(Duration::from_micros(1));
    assert!(found(&cache, 1).await.is_none());
}

#[tokio::test]
async fn what_is_no_page_is_a_miss_and_can_be_filled_again() {
    let Some((one, other, _keyspace)) = two().await else {
        return;
    };
    let cache = cache_of(&other);
    put(&cache, 1, "Text").await;
    let page = keys(&one, "{basalt:posts:*").await.remove(0);
    let kept: String = ask(&one, cmd("GET").arg(&page)).await;
    for broken in [
        String::new(),
        "é".repeat(20),
        kept[..16].to_owned(),
        kept.replace("\"title\":\"Title\"", "\"title\":\"\""),
        kept.replace("total", "sum"),
        kept.replacen(&kept[..1], "z", 1),
        kept.replacen('{', "", 1),
    ] {
        ask::<()>(&one, cmd("SET").arg(&page).arg(&broken)).await;
        assert_eq!(text(&cache).await, None, "{broken}");
    }
    ask::<()>(&one, cmd("SET").arg(&page).arg(&kept)).await;
    assert_eq!(text(&cache).await.as_deref(), Some("Text"));
}

#[tokio::test]
async fn a_large_page_is_not_shared() {
    let Some((redis, _, _keyspace)) = two().await else {
        return;
    };
    let cache = cache_of(&redis);
    let posts = (1..=20).map(|number| post(number, &"x".repeat(20_000)));
    let page = page_of(posts.collect(), VERSION);
    cache.put(&list_key(1), page).await.unwrap();
    assert!(found(&cache, 1).await.is_none());
    assert_eq!(keys(&redis, "*").await, Vec::<String>::new());
}

#[test]
fn a_page_comes_back_as_it_was_written_under_its_own_version_only() {
    let posts = vec![post(1, "Ä \"text\"\n\twith 😀"), post(u128::MAX, "x")];
    let page = Page { items: posts, total: Total::counted(10_001) };
    let kept = PostPage::fresh(page.clone(), ListVersion(u128::MAX));
    let expires_at = Timestamp::from_micros(1_700_000_000_000_001).unwrap();
    let written = pages::write(&kept, expires_at).unwrap();
    let read = pages::read(ListVersion(u128::MAX), &written);
    assert_eq!(read, Some((page, expires_at)));
    assert_eq!(pages::read(ListVersion(u128::MAX - 1), &written), None);
}
