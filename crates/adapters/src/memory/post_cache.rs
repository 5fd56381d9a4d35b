//! Pages of posts in this process's memory.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use basalt_domain::{
    PostListKey, PostPage,
    ports::{CacheGeneration, ChangeMark, Clock, Lookup, PostCache, StoreError},
};
use moka::policy::EvictionPolicy;

use super::pages::Pages;

/// A [`PostCache`] on `moka`.
pub struct MokaPostCache {
    clock: Arc<dyn Clock>,
    ttl: Duration,
    generation: AtomicU64,
    pages: Pages,
}

impl MokaPostCache {
    /// Keeps pages for `ttl` after they were filled, and about `max_bytes` of them.
    ///
    /// # Panics
    /// When the machine has no source of randomness.
    pub fn new(ttl: Duration, max_bytes: u64, clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            ttl,
            generation: AtomicU64::new(random().expect("the machine has a source of randomness")),
            pages: Pages::new(ttl, max_bytes, EvictionPolicy::tiny_lfu()),
        }
    }

    fn generation(&self) -> CacheGeneration {
        CacheGeneration(self.generation.load(Ordering::Acquire))
    }
}

#[async_trait]
impl PostCache for MokaPostCache {
    async fn look_up(&self, key: &PostListKey) -> Result<Lookup, StoreError> {
        let generation = self.generation();
        Ok(Lookup {
            generation,
            page: self.pages.get(generation, key, self.clock.now()),
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
            self.pages.insert(generation, key, page, expires_at);
        }
        Ok(())
    }

    /// Nothing to note: what is kept ends with the process.
    async fn expect_change(&self) -> Result<ChangeMark, StoreError> {
        Ok(ChangeMark(0))
    }

    async fn bump(&self, _mark: Option<ChangeMark>) -> Result<(), StoreError> {
        self.generation.store(random()?, Ordering::Release);
        self.pages.forget_all();
        Ok(())
    }
}

fn random() -> Result<u64, StoreError> {
    getrandom::u64().map_err(StoreError::unavailable)
}

#[cfg(test)]
mod tests;
