//! Pages of posts in this process's memory.

use std::{
    hash::Hash,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use basalt_domain::{
    Post, PostListKey, PostPage, Timestamp,
    ports::{CacheGeneration, ChangeMark, Clock, Lookup, PostCache, StoreError},
};
use moka::{Equivalent, sync::Cache};

/// A [`PostCache`] on `moka`.
///
/// The generation is part of each entry's key, so a page that arrives late, under a generation
/// that is over, is one that nobody asks for any more.
pub struct MokaPostCache {
    clock: Arc<dyn Clock>,
    ttl: Duration,
    generation: AtomicU64,
    pages: Cache<PageKey, Kept>,
}

impl MokaPostCache {
    /// Keeps pages for `ttl` after they were filled, and about `max_bytes` of them.
    ///
    /// # Panics
    /// When the machine has no source of randomness.
    pub fn new(ttl: Duration, max_bytes: u64, clock: Arc<dyn Clock>) -> Self {
        let pages = Cache::builder()
            .weigher(|_, kept: &Kept| weigh(&kept.page))
            .max_capacity(max_bytes)
            // By the monotonic clock: gives the memory of old pages back, and bounds their age
            // should the system clock be set back.
            .time_to_live(ttl.min(MAX_TTL))
            .build();
        Self {
            clock,
            ttl,
            generation: AtomicU64::new(random().expect("the machine has a source of randomness")),
            pages,
        }
    }

    fn generation(&self) -> CacheGeneration {
        CacheGeneration(self.generation.load(Ordering::Acquire))
    }
}

/// What `moka` takes at most is a thousand years.
const MAX_TTL: Duration = Duration::from_hours(100 * 366 * 24);

#[async_trait]
impl PostCache for MokaPostCache {
    async fn look_up(&self, key: &PostListKey) -> Result<Lookup, StoreError> {
        let generation = self.generation();
        let kept = self.pages.get(&PageKeyRef(generation, key));
        let now = self.clock.now();
        Ok(Lookup {
            generation,
            page: kept
                .filter(|kept| now < kept.expires_at)
                .map(|kept| kept.page),
        })
    }

    async fn fill(
        &self,
        key: &PostListKey,
        generation: CacheGeneration,
        page: Arc<PostPage>,
    ) -> Result<(), StoreError> {
        // Nobody would ever see it. Should the generation end right now, the entry's key has it.
        if generation == self.generation() {
            let expires_at = self.clock.now().plus(self.ttl);
            let key = PageKey(generation, key.clone());
            self.pages.insert(key, Kept { page, expires_at });
        }
        Ok(())
    }

    /// Nothing to note: what is kept ends with the process.
    async fn expect_change(&self) -> Result<ChangeMark, StoreError> {
        Ok(ChangeMark(0))
    }

    async fn bump(&self, _mark: Option<ChangeMark>) -> Result<(), StoreError> {
        self.generation.store(random()?, Ordering::Release);
        // Only notes the time; the memory is given back bit by bit.
        self.pages.invalidate_all();
        Ok(())
    }
}

fn random() -> Result<u64, StoreError> {
    getrandom::u64().map_err(StoreError::unavailable)
}

#[derive(Clone)]
struct Kept {
    page: Arc<PostPage>,
    expires_at: Timestamp,
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
