use std::time::Duration;

use basalt_domain::{Direction, PageRequest, PostListKey, PostSortField, PostVisibility};

use super::{TimedCache, key, page};
use crate::samples::{term, user_id};

const MOMENT: Duration = Duration::from_secs(1);

pub(super) async fn a_page_that_was_never_filled_is_none(subject: TimedCache) {
    let found = subject.look_up(&key(1)).await;
    assert!(
        found.page.is_none(),
        "a page that was never filled must not be there"
    );
}

pub(super) async fn a_page_that_was_filled_is_found_as_it_was(subject: TimedCache) {
    let generation = subject.look_up(&key(1)).await.generation;
    let filled = page("Text");
    let done = subject
        .cache
        .fill(&key(1), generation, filled.clone())
        .await;
    done.expect("a page is filled");
    for _ in 0..3 {
        let found = subject.look_up(&key(1)).await.page;
        assert_eq!(
            found.map(|found| found.page.clone()),
            Some(filled.page.clone()),
            "a page that was filled must be found as it was"
        );
    }
}

pub(super) async fn a_page_is_found_until_it_expires_and_not_after(subject: TimedCache) {
    subject.fill(&key(1), "Text").await;
    subject.wait(subject.ttl.saturating_sub(MOMENT)).await;
    assert!(
        subject.title(&key(1)).await.is_some(),
        "a page must be found until it expires"
    );
    subject.wait(MOMENT).await;
    assert_eq!(
        subject.title(&key(1)).await,
        None,
        "a page that has expired must not be found"
    );
}

pub(super) async fn looking_a_page_up_does_not_make_it_last_longer(subject: TimedCache) {
    subject.fill(&key(1), "Text").await;
    for _ in 0..10 {
        subject.wait(subject.ttl / 10).await;
        subject.look_up(&key(1)).await;
    }
    subject.wait(Duration::from_millis(10)).await;
    assert_eq!(
        subject.title(&key(1)).await,
        None,
        "looking a page up must not make it last longer"
    );
}

pub(super) async fn a_page_that_is_filled_again_is_the_newer_one(subject: TimedCache) {
    subject.fill(&key(1), "First").await;
    subject.fill(&key(1), "Second").await;
    assert_eq!(
        subject.title(&key(1)).await.as_deref(),
        Some("Second"),
        "a page that is filled again must be the newer one"
    );
}

pub(super) async fn an_expired_page_can_be_filled_again(subject: TimedCache) {
    subject.fill(&key(1), "First").await;
    subject.wait(subject.ttl * 2).await;
    assert_eq!(
        subject.title(&key(1)).await,
        None,
        "a page that has expired must not be found"
    );
    subject.fill(&key(1), "Second").await;
    assert_eq!(
        subject.title(&key(1)).await.as_deref(),
        Some("Second"),
        "an expired page must be filled again"
    );
    subject.wait(subject.ttl.saturating_sub(MOMENT)).await;
    assert!(
        subject.title(&key(1)).await.is_some(),
        "a page that was filled again must last from then on"
    );
}

/// The same key with another value in each of its parts.
fn different_keys() -> Vec<PostListKey> {
    let plain = key(1);
    let (ann, bob) = (user_id(), user_id());
    let with = |change: &dyn Fn(&mut PostListKey)| {
        let mut key = plain.clone();
        change(&mut key);
        key
    };
    vec![
        plain.clone(),
        with(&|key| key.filter.visibility = PostVisibility::Drafts),
        with(&|key| key.filter.visibility = PostVisibility::DraftsOf(ann)),
        with(&|key| key.filter.visibility = PostVisibility::DraftsOf(bob)),
        with(&|key| key.filter.author = Some(ann)),
        with(&|key| key.filter.author = Some(bob)),
        with(&|key| key.filter.search = Some(term("a"))),
        with(&|key| key.filter.search = Some(term("a "))),
        with(&|key| key.filter.search = Some(term("1:10"))),
        with(&|key| key.sort.by = PostSortField::UpdatedAt),
        with(&|key| key.sort.by = PostSortField::Title),
        with(&|key| key.sort.direction = Direction::Ascending),
        with(&|key| key.page = PageRequest::new(2, 10).expect("a page")),
        with(&|key| key.page = PageRequest::new(1, 11).expect("a page")),
        with(&|key| key.page = PageRequest::new(11, 1).expect("a page")),
    ]
}

pub(super) async fn pages_with_different_keys_are_different_pages(subject: TimedCache) {
    let keys = different_keys();
    for (number, key) in keys.iter().enumerate() {
        assert_eq!(
            subject.title(key).await,
            None,
            "a page must not be found under another key: {key:?}"
        );
        subject.fill(key, &format!("Text {number}")).await;
    }
    for (number, key) in keys.iter().enumerate() {
        assert_eq!(
            subject.title(key).await,
            Some(format!("Text {number}")),
            "each key must have its own page: {key:?}"
        );
    }
}
