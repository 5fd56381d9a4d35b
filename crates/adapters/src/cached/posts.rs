//! Pages of published posts, read once for everyone.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use basalt_domain::{
    ListVersion, Post, PostFilter, PostId, PostListKey, PostPage, PostSortField, PostVisibility,
    ServedPage, Slice, Sort, UnsavedPost, UserId, Version, WalkRequest,
    ports::{InsertPostError, Outcome, PostCache, PostRepository, StoreError, chain},
};
use metrics::Counter;

use super::{
    flights::{Flights, Read},
    latest_version::{Begun, LatestVersion},
};
use crate::memory::MokaPostCache;

/// A [`PostRepository`] that keeps the pages of published posts: in this process, and in a cache
/// that it shares with others if there is one.
///
/// Drafts, walks and single posts are read each time. A shared cache that fails costs latency,
/// never an answer.
pub struct CachedPosts {
    pages: Arc<Pages>,
    flights: Flights,
    stale_for: Duration,
}

/// Where pages come from.
struct Pages {
    inner: Arc<dyn PostRepository>,
    versions: Arc<LatestVersion>,
    at_hand: MokaPostCache,
    shared: Option<Arc<dyn PostCache>>,
}

impl CachedPosts {
    /// Keeps pages of `inner` at hand, and in `shared`. While `inner` can't be asked, those of the
    /// last known version are served for `stale_for` after that was read.
    pub fn new(
        inner: Arc<dyn PostRepository>,
        versions: Arc<LatestVersion>,
        at_hand: MokaPostCache,
        shared: Option<Arc<dyn PostCache>>,
        stale_for: Duration,
    ) -> Self {
        Self {
            pages: Arc::new(Pages { inner, versions, at_hand, shared }),
            flights: Flights::default(),
            stale_for,
        }
    }

    /// The page of `version`, read together with all who want it now where it is not at hand. One
    /// that this process has read itself since `asked`, or not long before, will do too: while others
    /// write all the time, it is of a later version than the one that is known.
    async fn page_of(&self, version: ListVersion, asked: Begun, key: &PostListKey) -> Read {
        let is_good = |page: &PostPage, read: Option<Begun>| {
            page.version == version || read.is_some_and(|read| read.counts_for(asked))
        };
        if let Some(page) = self.pages.at_hand.find(key, is_good) {
            count(Found::AtHand);
            return Ok(page);
        }
        let (pages, wanted) = (Arc::clone(&self.pages), key.clone());
        let read = async move { pages.find_or_fill(version, &wanted).await };
        self.flights.join((version, key.clone()), read).await
    }
}

impl Pages {
    async fn find_or_fill(self: Arc<Self>, version: ListVersion, key: &PostListKey) -> Read {
        if let Some(page) = self.shared_page(version, key).await {
            count(Found::Shared);
            return Ok(page);
        }
        count(Found::Nowhere);
        let begun = self.versions.begin();
        let page = self.inner.page(key).await?;
        self.versions.learn(begun, page.version);
        self.at_hand.keep(key, Arc::clone(&page), Some(begun));
        if let Some(shared) = self.shared.clone() {
            let (key, page) = (key.clone(), Arc::clone(&page));
            // Nobody has to wait until others can have it.
            tokio::spawn(async move { note(shared.put(&key, page).await) });
        }
        Ok(page)
    }

    async fn shared_page(&self, version: ListVersion, key: &PostListKey) -> Option<Arc<PostPage>> {
        let shared = self.shared.as_ref()?;
        let page = note(shared.get(key, version).await)??;
        self.at_hand.keep(key, Arc::clone(&page), None);
        Some(page)
    }
}

/// The shared cache itself says once when it begins to fail.
fn note<T>(answer: Result<T, StoreError>) -> Option<T> {
    let failed = |error: &StoreError| {
        tracing::debug!(error = chain(error), "the shared cache of posts failed");
    };
    answer.inspect_err(failed).ok()
}

#[async_trait]
impl PostRepository for CachedPosts {
    async fn page(&self, key: &PostListKey) -> Result<Arc<PostPage>, StoreError> {
        if key.filter.visibility != PostVisibility::Published {
            return self.pages.inner.page(key).await;
        }
        let asked = self.pages.versions.begin();
        let version = self.pages.versions.at(asked).await?;
        self.page_of(version, asked, key).await
    }

    /// Serves a page of the last known version while the store can't be asked: what is at hand or
    /// shared, and never one that has to be read.
    async fn page_or_stale(&self, key: &PostListKey) -> Result<ServedPage, StoreError> {
        let failure = match self.page(key).await {
            Ok(page) => return Ok(ServedPage::fresh(page)),
            Err(failure @ StoreError::Unavailable(_)) => failure,
            Err(other) => return Err(other),
        };
        let Pages { versions, at_hand, .. } = &*self.pages;
        let Some((version, age)) = versions.stale(self.stale_for) else {
            return Err(failure);
        };
        let page = match at_hand.find(key, |page, _| page.version == version) {
            Some(page) => page,
            None => self.pages.shared_page(version, key).await.ok_or(failure)?,
        };
        count(Found::Stale);
        Ok(ServedPage { page, age })
    }

    async fn find(&self, id: PostId) -> Result<Option<Post>, StoreError> {
        self.pages.inner.find(id).await
    }

    async fn walk(
        &self,
        filter: &PostFilter,
        sort: Sort<PostSortField>,
        walk: &WalkRequest,
    ) -> Result<Slice<Post>, StoreError> {
        self.pages.inner.walk(filter, sort, walk).await
    }

    async fn insert(&self, post: &UnsavedPost) -> Result<Post, InsertPostError> {
        let _noted = self.pages.versions.note_write_after();
        self.pages.inner.insert(post).await
    }

    async fn update(&self, post: &Post, expected: Version) -> Result<Outcome, StoreError> {
        let _noted = self.pages.versions.note_write_after();
        self.pages.inner.update(post, expected).await
    }

    async fn delete(&self, id: PostId, expected: Version) -> Result<Outcome, StoreError> {
        let _noted = self.pages.versions.note_write_after();
        self.pages.inner.delete(id, expected).await
    }

    async fn delete_some_of(&self, author: UserId, limit: u32) -> Result<u64, StoreError> {
        let _noted = self.pages.versions.note_write_after();
        self.pages.inner.delete_some_of(author, limit).await
    }
}

/// Where a page was found.
#[derive(Clone, Copy)]
enum Found {
    AtHand,
    Shared,
    Nowhere,
    Stale,
}

/// Finding a counter by its labels costs more than counting, so each is looked up once.
fn count(found: Found) {
    static COUNTERS: [OnceLock<Counter>; 4] = [const { OnceLock::new() }; 4];
    let (counter, result) = match found {
        Found::AtHand => (&COUNTERS[0], "hit"),
        Found::Shared => (&COUNTERS[1], "shared"),
        Found::Nowhere => (&COUNTERS[2], "miss"),
        Found::Stale => (&COUNTERS[3], "stale"),
    };
    counter
        .get_or_init(|| metrics::counter!("basalt_post_cache_lookups_total", "result" => result))
        .increment(1);
}

#[cfg(test)]
mod tests;
