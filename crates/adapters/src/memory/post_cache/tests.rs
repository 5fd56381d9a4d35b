use super::*;
use crate::test_support::{StandingClock, list_key, page_of, post};

const TTL: Duration = Duration::from_mins(10);
const VERSION: ListVersion = ListVersion(1);

fn cache_of(max_bytes: u64) -> (MokaPostCache, Arc<StandingClock>) {
    let clock = StandingClock::new();
    let cache = MokaPostCache::new(TTL, max_bytes, clock.clone());
    (cache, clock)
}

fn found(cache: &MokaPostCache, version: ListVersion) -> Option<Arc<PostPage>> {
    cache.find(&list_key(1), |page, _| page.version == version)
}

#[test]
fn a_page_is_kept_exactly_as_long_as_it_may_be() {
    let (cache, clock) = cache_of(1 << 20);
    cache.keep(&list_key(1), page_of(vec![post(1, "Text")], VERSION), None);
    clock.advance(TTL);
    clock.set_back(Duration::from_micros(1));
    assert!(found(&cache, VERSION).is_some());
    clock.advance(Duration::from_micros(1));
    assert!(found(&cache, VERSION).is_none());
}

#[test]
fn pages_take_no_more_memory_than_they_may() {
    let (cache, _) = cache_of(100_000);
    for number in 1..=100 {
        let page = page_of(vec![post(1, &"x".repeat(9_000))], VERSION);
        cache.keep(&list_key(number), page, None);
    }
    let (count, bytes) = cache.settled();
    assert!(bytes <= 100_000);
    assert!((5..=11).contains(&count));
}

#[test]
fn a_page_of_a_later_version_takes_the_room_of_the_earlier_one() {
    let (cache, _) = cache_of(1 << 20);
    for version in 1..=100 {
        let page = page_of(vec![post(1, "Text")], ListVersion(version));
        cache.keep(&list_key(1), page, None);
    }
    assert_eq!(cache.settled().0, 1);
    assert!(found(&cache, ListVersion(99)).is_none());
    assert!(found(&cache, ListVersion(100)).is_some());
}

#[test]
fn a_page_weighs_at_least_its_texts() {
    let page = page_of(vec![post(1, &"ä".repeat(10_000)), post(2, "x")], VERSION);
    assert!((20_000..22_000).contains(&weigh(&page)));
}
