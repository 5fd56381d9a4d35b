use std::{collections::HashSet, sync::Arc};

use basalt_domain::ports::CacheGeneration;

use super::{TimedCache, key, page};

pub(super) async fn a_bump_begins_another_generation(subject: TimedCache) {
    let mut seen = HashSet::from([subject.look_up(&key(1)).await.generation]);
    for _ in 0..200 {
        subject.bump().await;
        let generation = subject.look_up(&key(1)).await.generation;
        assert!(
            seen.insert(generation),
            "a bump must begin a generation that never was before: {generation:?}"
        );
    }
}

pub(super) async fn a_bump_hides_every_page(subject: TimedCache) {
    for number in 1..=100 {
        subject.fill(&key(number), "Text").await;
    }
    subject.bump().await;
    for number in 1..=100 {
        assert_eq!(
            subject.title(&key(number)).await,
            None,
            "a bump must hide every page that is kept"
        );
    }
}

pub(super) async fn a_fill_under_an_earlier_generation_is_never_seen(subject: TimedCache) {
    let earlier = subject.look_up(&key(1)).await.generation;
    for bumps in 1..=20 {
        subject.bump().await;
        subject.fill_under(earlier, &key(1), "Old").await;
        assert_eq!(
            subject.title(&key(1)).await,
            None,
            "a fill under a generation {bumps} bumps ago must never be seen"
        );
    }
}

pub(super) async fn a_late_fill_does_not_take_the_place_of_a_present_page(subject: TimedCache) {
    let earlier = subject.look_up(&key(1)).await.generation;
    subject.bump().await;
    subject.fill(&key(1), "New").await;
    subject.fill_under(earlier, &key(1), "Old").await;
    let found = subject.title(&key(1)).await;
    assert_ne!(
        found.as_deref(),
        Some("Old"),
        "a late fill must not take the place of a present page"
    );
}

pub(super) async fn a_fill_that_races_with_a_bump_is_never_seen(subject: TimedCache) {
    for _ in 0..100 {
        let generation = subject.look_up(&key(1)).await.generation;
        let fill = {
            let cache = Arc::clone(&subject.cache);
            tokio::spawn(async move { cache.fill(&key(1), generation, page("Old")).await })
        };
        subject.bump().await;
        let filled = fill.await.expect("a fill does not panic");
        filled.expect("a page is filled");
        assert_eq!(
            subject.title(&key(1)).await,
            None,
            "a fill that was looked up before a bump must not be seen after it"
        );
    }
}

pub(super) async fn a_fill_under_a_generation_that_never_was_is_not_seen(subject: TimedCache) {
    let CacheGeneration(present) = subject.look_up(&key(1)).await.generation;
    for other in [
        0,
        1,
        present.wrapping_add(1),
        present.wrapping_sub(1),
        u64::MAX,
    ] {
        if other == present {
            continue;
        }
        let other = CacheGeneration(other);
        subject.fill_under(other, &key(1), "Other").await;
        assert_eq!(
            subject.title(&key(1)).await,
            None,
            "a fill under another generation than the present one must not be seen"
        );
    }
}

pub(super) async fn generations_are_random_and_no_count(subject: TimedCache) {
    let mut generations = Vec::new();
    for _ in 0..32 {
        generations.push(subject.look_up(&key(1)).await.generation.0);
        subject.bump().await;
    }
    let steps: HashSet<u64> = generations
        .windows(2)
        .map(|pair| pair[1].wrapping_sub(pair[0]))
        .collect();
    assert!(
        steps.len() > 16,
        "generations must be random and no count, which would start again: {generations:?}"
    );
}

pub(super) async fn a_look_up_tells_the_generation_in_force(subject: TimedCache) {
    let before = subject.look_up(&key(1)).await.generation;
    assert_eq!(
        subject.look_up(&key(2)).await.generation,
        before,
        "the generation must be one for all keys"
    );
    subject.fill(&key(1), "Text").await;
    assert_eq!(
        subject.look_up(&key(1)).await.generation,
        before,
        "a fill must not change the generation"
    );
    subject.bump().await;
    assert_ne!(
        subject.look_up(&key(1)).await.generation,
        before,
        "a look-up after a bump must tell the new generation"
    );
}
