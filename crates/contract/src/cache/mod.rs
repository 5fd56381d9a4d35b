//! What a [`PostCache`] promises.

mod keeping;
mod versions;

use std::{sync::Arc, time::Duration};

use basalt_domain::{
    Direction, ListVersion, Page, PageRequest, PostFilter, PostListKey, PostPage, PostSortField,
    Sort, Total, ports::PostCache,
};

use crate::{
    Advance,
    samples::{post, user},
};

/// A fresh, empty cache, and its time.
pub struct TimedCache {
    /// The cache under test, with room for a few hundred small pages.
    pub cache: Arc<dyn PostCache>,
    /// How long it keeps a page: at least ten seconds.
    pub ttl: Duration,
    /// Moves the time that the cache goes by.
    pub advance: Advance,
}

crate::suite::promises! {
    /// One test for each promise of a `PostCache`. Takes an async function or closure that gives
    /// a fresh [`TimedCache`](crate::TimedCache).
    post_cache_tests, cache(TimedCache);
    keeping {
        a_page_that_was_never_put_is_none,
        a_page_comes_back_as_it_was_put,
        a_page_is_found_until_it_expires_and_not_after,
        looking_for_a_page_does_not_make_it_last_longer,
        an_expired_page_can_be_put_again,
        pages_with_different_keys_are_different_pages,
    }
    versions {
        a_page_is_found_under_its_own_version_only,
        a_key_holds_the_page_that_was_put_last,
        a_late_page_of_an_older_version_is_never_taken_for_the_newer_one,
        pages_that_are_put_at_once_are_never_found_under_each_others_versions,
    }
}

/// A version among others, and an older one for a smaller number.
pub(super) const fn version(number: u128) -> ListVersion {
    // Bits in both halves, as a random one has them.
    ListVersion(number << 64 | 0x0123_4567_89ab_cdef)
}

pub(super) fn key(number: u64) -> PostListKey {
    PostListKey {
        filter: PostFilter::default(),
        sort: Sort { by: PostSortField::CreatedAt, direction: Direction::Descending },
        page: PageRequest::new(number, 10).expect("a page that is not too deep"),
    }
}

/// A page of `version` with one post of this title.
pub(super) fn page(version: ListVersion, title: &str) -> Arc<PostPage> {
    let author = user("ann");
    let page = Page { items: vec![post(&author, title)], total: Total::exact(1) };
    PostPage::fresh(page, version)
}

/// Steps that many checks share.
impl TimedCache {
    pub(super) async fn get(
        &self,
        key: &PostListKey,
        version: ListVersion,
    ) -> Option<Arc<PostPage>> {
        let found = self.cache.get(key, version).await;
        found.expect("a page is looked for")
    }

    /// The title of the page's post, if the page is there.
    pub(super) async fn title(&self, key: &PostListKey, version: ListVersion) -> Option<String> {
        let found = self.get(key, version).await?;
        Some(found.page.items[0].title.as_str().to_owned())
    }

    pub(super) async fn put(&self, key: &PostListKey, version: ListVersion, title: &str) {
        let put = self.cache.put(key, page(version, title)).await;
        put.expect("a page is put");
    }

    pub(super) async fn wait(&self, duration: Duration) {
        (self.advance)(duration).await;
    }
}
