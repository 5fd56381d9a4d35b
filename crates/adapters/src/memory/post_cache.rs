//! Pages of posts in this process's memory.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use basalt_domain::{
    ListVersion, Post, PostListKey, PostPage, Timestamp,
    ports::{Clock, PostCache, StoreError},
};
use moka::{policy::EvictionPolicy, sync::Cache};

use crate::cached::Begun;

/// What `moka` takes at most is a thousand years.
const MAX_TTL: Duration = Duration::from_hours(100 * 366 * 24);

/// A [`PostCache`] on `moka`.
pub struct MokaPostCache {
    clock: Arc<dyn Clock>,
    ttl: Duration,
    pages: Cache<PostListKey, Kept>,
}

#[derive(Clone)]
struct Kept {
    page: Arc<PostPage>,
    /// When this process began to read it, where it did so itself.
    read: Option<Begun>,
    expires_at: Timestamp,
}

impl MokaPostCache {
    /// Keeps pages for `ttl` after they were put here, and about `max_bytes` of them.
    pub fn new(ttl: Duration, max_bytes: u64, clock: Arc<dyn Clock>) -> Self {
        let pages = Cache::builder()
            .weigher(|_, kept: &Kept| weigh(&kept.page))
            .max_capacity(max_bytes)
            .eviction_policy(EvictionPolicy::tiny_lfu())
            // By the monotonic clock: gives the memory of old pages back, and bounds their age
            // should the system clock be set back.
            .time_to_live(ttl.min(MAX_TTL))
            .build();
        Self { clock, ttl, pages }
    }

    /// The page that is kept for `key` if `is_good`, which gets to know when this process began to
    /// read it. Can't fail, and need not wait.
    pub(crate) fn find(
        &self,
        key: &PostListKey,
        is_good: impl FnOnce(&PostPage, Option<Begun>) -> bool,
    ) -> Option<Arc<PostPage>> {
        let Kept { page, read, expires_at } = self.pages.get(key)?;
        let is_good = is_good(&page, read) && self.clock.now() < expires_at;
        is_good.then_some(page)
    }

    /// Keeps a page, which this process began to read at `read`.
    pub(crate) fn keep(&self, key: &PostListKey, page: Arc<PostPage>, read: Option<Begun>) {
        let kept = Kept { page, read, expires_at: self.clock.now().plus(self.ttl) };
        self.pages.insert(key.clone(), kept);
    }

    /// Pages and bytes, once everything that is due has been done.
    #[cfg(test)]
    fn settled(&self) -> (u64, u64) {
        self.pages.run_pending_tasks();
        (self.pages.entry_count(), self.pages.weighted_size())
    }
}

#[async_trait]
impl PostCache for MokaPostCache {
    async fn get(
        &self,
        key: &PostListKey,
        version: ListVersion,
    ) -> Result<Option<Arc<PostPage>>, StoreError> {
        Ok(self.find(key, |page, _| page.version == version))
    }

    async fn put(&self, key: &PostListKey, page: Arc<PostPage>) -> Result<(), StoreError> {
        self.keep(key, page, None);
        Ok(())
    }
}

/// About how many bytes a page takes, with its key and the cache's own records.
fn weigh(page: &PostPage) -> u32 {
    const ENTRY: usize = 512;
    let posts = page.page.items.iter().map(|post| {
        let texts = [post.title.as_str(), post.content.as_str(), post.author.name.as_str()];
        size_of::<Post>() + texts.iter().map(|text| text.len()).sum::<usize>()
    });
    u32::try_from(ENTRY + posts.sum::<usize>()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
