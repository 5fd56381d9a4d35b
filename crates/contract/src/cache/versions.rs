use std::sync::Arc;

use basalt_domain::ListVersion;

use super::{TimedCache, key, page, version};
use crate::race::{RIVALS, ROUNDS, race};

pub(super) async fn a_page_is_found_under_its_own_version_only(subject: TimedCache) {
    let ListVersion(own) = version(1);
    subject.put(&key(1), ListVersion(own), "Text").await;
    let one_bit_off = (0..128).map(|bit| own ^ (1 << bit));
    for other in one_bit_off.chain([0, 1, u128::MAX, own.swap_bytes()]) {
        assert!(
            subject.get(&key(1), ListVersion(other)).await.is_none(),
            "a page must not be found under another version than its own: {other:032x}"
        );
    }
    assert!(
        subject.get(&key(1), ListVersion(own)).await.is_some(),
        "looking for another version must not end a page"
    );
}

pub(super) async fn a_key_holds_the_page_that_was_put_last(subject: TimedCache) {
    let mut before = None;
    for number in 1..=20 {
        for title in ["First", "Second"] {
            subject.put(&key(1), version(number), title).await;
            assert_eq!(
                subject.title(&key(1), version(number)).await.as_deref(),
                Some(title),
                "the page that was put last must take the place of the one before"
            );
        }
        if let Some(before) = before.replace(number) {
            assert_eq!(
                subject.title(&key(1), version(before)).await,
                None,
                "a key must hold one page, however many versions there were"
            );
        }
    }
}

pub(super) async fn a_late_page_of_an_older_version_is_never_taken_for_the_newer_one(
    subject: TimedCache,
) {
    subject.put(&key(1), version(2), "New").await;
    subject.put(&key(1), version(1), "Old").await;
    assert_eq!(
        subject.title(&key(1), version(2)).await,
        None,
        "a late page must take the place of the newer one, and never be taken for it"
    );
    assert_eq!(
        subject.title(&key(1), version(1)).await.as_deref(),
        Some("Old"),
        "versions have no order: the page that was put last must be there"
    );
    subject.put(&key(1), version(2), "New").await;
    assert_eq!(
        subject.title(&key(1), version(2)).await.as_deref(),
        Some("New"),
        "a page must be kept again after a late one"
    );
}

pub(super) async fn pages_that_are_put_at_once_are_never_found_under_each_others_versions(
    subject: TimedCache,
) {
    for _ in 0..ROUNDS {
        let rivals = race(RIVALS, |number| {
            let cache = Arc::clone(&subject.cache);
            async move {
                let of = version(number as u128);
                let put = cache.put(&key(1), page(of, &number.to_string())).await;
                put.expect("a page is put");
                let found = cache.get(&key(1), of).await;
                found.expect("a page is looked for")
            }
        });
        for (number, found) in rivals.await.into_iter().enumerate() {
            let Some(found) = found else {
                continue;
            };
            assert_eq!(
                (found.version, found.page.items[0].title.as_str()),
                (version(number as u128), number.to_string().as_str()),
                "a page that is put beside others must not be found under another's version"
            );
        }
        let mut left = Vec::new();
        for number in 0..RIVALS {
            left.extend(subject.title(&key(1), version(number as u128)).await);
        }
        assert_eq!(left.len(), 1, "one of {RIVALS} must be left: {left:?}");
    }
}
