use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use async_trait::async_trait;
use basalt_domain::{
    PostListKey, PostPage, Timestamp,
    ports::{CacheGeneration, ChangeMark, Clock, Lookup, PostCache, StoreError, chain},
};
use deadpool_redis::redis::{self, Script};
use moka::policy::EvictionPolicy;

use super::{
    Redis,
    changes::MARK_LIFE,
    connections::Request,
    generations::{Known, hex, millis, random},
    keys::{GENERATION, MARKS},
    pages,
};
use crate::memory::Pages;

pub(super) static FILL: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("scripts/fill.lua")));

/// Larger pages are kept in the process only: a few of them on their way would eat up the budget
/// of every other call.
const MAX_SHARED_BYTES: usize = 256 * 1024;
/// A page's life is shorter by up to a tenth, so that pages that were filled together don't expire
/// together.
const JITTER: u32 = 10;

/// A [`PostCache`] that processes share.
///
/// **Generations.** The one in force stands in Redis, a random value under one key, so ending all
/// pages costs one `SET`. A page in Redis begins with the generation it was filled under, and a
/// script keeps it only while that one is in force. One that was evicted is made anew at random.
///
/// **At hand.** The process knows the generation for at most half a second and keeps the pages it
/// has read, with their stamps: a page that many ask for costs no call of its own. A write by this
/// process ends that knowledge at once, one by another process within half a second.
///
/// **Writers that die.** A change is announced before its commit by a new generation and a mark
/// that lives for four seconds. While there is a mark, nothing is kept in Redis; processes keep
/// what they read to themselves, for half a second at most.
///
/// **Without Redis** it is the same: each process has its own pages for half a second. A change
/// that could not be told of is made up for before Redis is trusted again, in the background.
pub struct RedisPostCache {
    redis: Redis,
    clock: Arc<dyn Clock>,
    ttl: Duration,
    has_jitter: bool,
    at_hand: Pages,
}

impl RedisPostCache {
    pub(super) fn new(redis: Redis, ttl: Duration, max_bytes: u64, clock: Arc<dyn Clock>) -> Self {
        Self {
            redis,
            clock,
            ttl,
            has_jitter: true,
            // Generations come and go, and how often a page was asked for says nothing once its
            // own is over.
            at_hand: Pages::new(ttl, max_bytes, EvictionPolicy::lru()),
        }
    }

    /// Keeps each page for the same time, for tests.
    #[must_use]
    pub fn without_jitter(self) -> Self {
        Self {
            has_jitter: false,
            ..self
        }
    }

    /// The page as Redis has it.
    async fn fetch(
        &self,
        key: &PostListKey,
        known: Known,
        now: Timestamp,
    ) -> Option<Arc<PostPage>> {
        let mut get = redis::cmd("GET");
        get.arg(self.redis.0.keys.page(key));
        let answer = self.redis.call(&Request::Command(get)).await;
        let kept: Option<String> = answer.ok()?;
        let (page, expires_at) = pages::read(known.generation, &kept?)?;
        // Whoever filled it may have another clock.
        let expires_at = expires_at.min(now.plus(self.ttl));
        (now < expires_at).then(|| {
            let page = PostPage::fresh(page);
            // The one that was here first, whose stamp others have seen.
            self.at_hand
                .get_or_insert(known.generation, key, page, (now, expires_at))
        })
    }

    fn life(&self) -> Result<Duration, StoreError> {
        if !self.has_jitter {
            return Ok(self.ttl);
        }
        let most = millis(self.ttl / JITTER).max(1);
        Ok(self
            .ttl
            .saturating_sub(Duration::from_millis(random()? % most)))
    }
}

#[async_trait]
impl PostCache for RedisPostCache {
    async fn look_up(&self, key: &PostListKey) -> Result<Lookup, StoreError> {
        let known = self.redis.generation().await?;
        let now = self.clock.now();
        let mut page = self.at_hand.get(known.generation, key, now);
        if page.is_none() && known.is_shared {
            page = self.fetch(key, known, now).await;
        }
        Ok(Lookup {
            generation: known.generation,
            page,
        })
    }

    async fn fill(
        &self,
        key: &PostListKey,
        generation: CacheGeneration,
        page: Arc<PostPage>,
    ) -> Result<(), StoreError> {
        let known = self.redis.known_generation();
        if known.is_some_and(|known| known.generation != generation) {
            return Ok(());
        }
        let life = self.life()?;
        let expires_at = self.clock.now().plus(life);
        self.at_hand
            .insert(generation, key, Arc::clone(&page), expires_at);
        if known.is_some_and(|known| !known.is_shared) {
            return Ok(());
        }
        let Some(written) = pages::write(generation, &page.page, expires_at) else {
            return Ok(());
        };
        if written.len() > MAX_SHARED_BYTES {
            return Ok(());
        }
        let mut script = FILL.key(GENERATION);
        script.key(MARKS).key(self.redis.0.keys.page(key));
        script.arg(hex(generation.0)).arg(written);
        script.arg(millis(life).max(1)).arg(millis(MARK_LIFE));
        // The page is at hand all the same, and the breaker tells of a Redis that is gone.
        if let Err(error) = self.redis.call::<()>(&Request::Script(script)).await {
            tracing::debug!(error = chain(&error), "a page could not be shared");
        }
        Ok(())
    }

    async fn expect_change(&self) -> Result<ChangeMark, StoreError> {
        self.redis.announce().await
    }

    async fn bump(&self, mark: Option<ChangeMark>) -> Result<(), StoreError> {
        self.redis.bump(mark).await
    }
}
