//! Pages at hand, each under its generation.

use std::{hash::Hash, sync::Arc, time::Duration};

use basalt_domain::{Post, PostListKey, PostPage, Timestamp, ports::CacheGeneration};
use moka::{Equivalent, policy::EvictionPolicy, sync::Cache};

/// What `moka` takes at most is a thousand years.
const MAX_TTL: Duration = Duration::from_hours(100 * 366 * 24);

/// Pages in this process's memory. The generation is part of each entry's key, so a page that
/// arrives late, under a generation that is over, is one that nobody asks for any more.
pub(crate) struct Pages(Cache<PageKey, Kept>);

impl Pages {
    /// Room for about `max_bytes`.
    pub(crate) fn new(ttl: Duration, max_bytes: u64, eviction: EvictionPolicy) -> Self {
        let pages = Cache::builder()
            .weigher(|_, kept: &Kept| weigh(&kept.page))
            .max_capacity(max_bytes)
            .eviction_policy(eviction)
            // By the monotonic clock: gives the memory of old pages back, and bounds their age
            // should the system clock be set back.
            .time_to_live(ttl.min(MAX_TTL))
            .build();
        Self(pages)
    }

    pub(crate) fn get(
        &self,
        generation: CacheGeneration,
        key: &PostListKey,
        now: Timestamp,
    ) -> Option<Arc<PostPage>> {
        let kept = self.0.get(&PageKeyRef(generation, key))?;
        kept.is_good(now).then_some(kept.page)
    }

    pub(crate) fn insert(
        &self,
        generation: CacheGeneration,
        key: &PostListKey,
        page: Arc<PostPage>,
        expires_at: Timestamp,
    ) {
        let key = PageKey(generation, key.clone());
        self.0.insert(key, Kept { page, expires_at });
    }

    /// Gives the page that is there, else `page`, which then is.
    pub(crate) fn get_or_insert(
        &self,
        generation: CacheGeneration,
        key: &PostListKey,
        page: Arc<PostPage>,
        (now, expires_at): (Timestamp, Timestamp),
    ) -> Arc<PostPage> {
        let entry = self.0.entry(PageKey(generation, key.clone()));
        let kept = entry.or_insert_with_if(|| Kept { page, expires_at }, |kept| !kept.is_good(now));
        kept.into_value().page
    }

    /// Only notes the time; the memory is given back bit by bit.
    pub(crate) fn forget_all(&self) {
        self.0.invalidate_all();
    }

    /// Pages and bytes, once everything that is due has been done.
    #[cfg(test)]
    pub(super) fn settled(&self) -> (u64, u64) {
        self.0.run_pending_tasks();
        (self.0.entry_count(), self.0.weighted_size())
    }
}

#[derive(Clone)]
struct Kept {
    page: Arc<PostPage>,
    expires_at: Timestamp,
}

impl Kept {
    fn is_good(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }
}

#[derive(PartialEq, Eq, Hash)]
struct PageKey(CacheGeneration, PostListKey);

/// A [`PageKey`] to look up with, for which nothing is copied. It has the same fields in the same
/// order, so it has the same hash.
#[derive(Hash)]
struct PageKeyRef<'a>(CacheGeneration, &'a PostListKey);

impl Equivalent<PageKey> for PageKeyRef<'_> {
    fn equivalent(&self, key: &PageKey) -> bool {
        self.0 == key.0 && *self.1 == key.1
    }
}

/// About how many bytes a page takes, with its key and the cache's own records.
fn weigh(page: &PostPage) -> u32 {
    const ENTRY: usize = 512;
    let posts = page.page.items.iter().map(|post| {
        let texts = [
            post.title.as_str(),
            post.content.as_str(),
            post.author.name.as_str(),
        ];
        size_of::<Post>() + texts.iter().map(|text| text.len()).sum::<usize>()
    });
    u32::try_from(ENTRY + posts.sum::<usize>()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
