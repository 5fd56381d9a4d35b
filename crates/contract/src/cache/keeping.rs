use std::time::Duration;

use basalt_domain::{
    Direction, ListVersion, Page, PageRequest, Post, PostListKey, PostPage, PostSortField,
    PostVisibility, Total,
};

use super::{TimedCache, key, version};
use crate::samples::{at, content, post, renamed, retitled, term, user, user_id};

const MOMENT: Duration = Duration::from_secs(1);
const VERSION: ListVersion = version(1);

pub(super) async fn a_page_that_was_never_put_is_none(subject: TimedCache) {
    assert!(
        subject.get(&key(1), VERSION).await.is_none(),
        "a page that was never put must not be there"
    );
}

pub(super) async fn a_page_comes_back_as_it_was_put(subject: TimedCache) {
    let ann = renamed(&user("ann"), "Änne \"O'Hara\"");
    let long = Post {
        content: content("  two\r\n\tlines, 'quotes' \\ \"and\" 😀 é e\u{301} "),
        created_at: at(123_456),
        ..retitled(&post(&ann, "First"), "Ünï_%\\ 'title'")
    };
    let (some, exact) = (vec![long, post(&ann, "Second")], Total::exact);
    let inexact = Total { rows: 10_000, is_exact: false };
    for (number, items, total) in [
        (1, some.clone(), exact(2)),
        (2, some, inexact),
        (3, Vec::new(), exact(u64::from(u32::MAX))),
        (4, Vec::new(), inexact),
    ] {
        let put = PostPage::fresh(Page { items, total }, version(u128::from(number)));
        let done = subject.cache.put(&key(number), put.clone()).await;
        done.expect("a page is put");
        for _ in 0..3 {
            let found = subject.get(&key(number), put.version).await;
            let found = found.map(|found| (found.page.clone(), found.version));
            assert_eq!(
                found,
                Some((put.page.clone(), put.version)),
                "a page must come back as it was put: rows, total and version"
            );
        }
    }
}

pub(super) async fn a_page_is_found_until_it_expires_and_not_after(subject: TimedCache) {
    subject.put(&key(1), VERSION, "Text").await;
    subject.wait(subject.ttl.saturating_sub(MOMENT)).await;
    assert!(subject.get(&key(1), VERSION).await.is_some(), "a page must be found until it expires");
    subject.wait(MOMENT).await;
    assert!(
        subject.get(&key(1), VERSION).await.is_none(),
        "a page that has expired must not be found"
    );
}

pub(super) async fn looking_for_a_page_does_not_make_it_last_longer(subject: TimedCache) {
    subject.put(&key(1), VERSION, "Text").await;
    for _ in 0..10 {
        subject.wait(subject.ttl / 10).await;
        subject.get(&key(1), VERSION).await;
    }
    subject.wait(Duration::from_millis(10)).await;
    assert!(
        subject.get(&key(1), VERSION).await.is_none(),
        "looking for a page must not make it last longer"
    );
}

pub(super) async fn an_expired_page_can_be_put_again(subject: TimedCache) {
    subject.put(&key(1), VERSION, "First").await;
    subject.wait(subject.ttl * 2).await;
    assert!(
        subject.get(&key(1), VERSION).await.is_none(),
        "a page that has expired must not be found"
    );
    subject.put(&key(1), VERSION, "Second").await;
    subject.wait(subject.ttl.saturating_sub(MOMENT)).await;
    assert_eq!(
        subject.title(&key(1), VERSION).await.as_deref(),
        Some("Second"),
        "a page that was put again must last from then on"
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
            subject.title(key, VERSION).await,
            None,
            "a page must not be found under another key: {key:?}"
        );
        subject.put(key, VERSION, &format!("Text {number}")).await;
    }
    for (number, key) in keys.iter().enumerate() {
        assert_eq!(
            subject.title(key, VERSION).await,
            Some(format!("Text {number}")),
            "each key must have its own page: {key:?}"
        );
    }
}
