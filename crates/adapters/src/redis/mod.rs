//! What several processes share through Redis: kept pages and limits.
//!
//! **Connections.** `deadpool` makes them, and each runtime keeps one to itself: a connection is
//! multiplexed already, so taking one from a pool for each call would buy nothing and cost a round
//! trip (`PING`). One that fails is dropped and made anew by whoever calls next, in a task of its
//! own that may take longer than the call.
//!
//! **When Redis is slow or gone.** Each call has a budget. Three calls that fail one after the
//! other, one refused connection or one refused write open a breaker: from then on every call fails
//! at once, until a write of [`Redis::run`] gets through again. So a Redis that answers and does not
//! do its work (full, read-only, loading) is one that is gone. Limits are counted in the process meanwhile
//! ([`FallbackLimiter`]), and each process has the pages that it reads itself. No page becomes older
//! by that: which version of the lists is the present one, the database says.
//!
//! **What stands in Redis.** All keys begin with `{basalt:` and expire. What they are about is hashed
//! with a key of its own, so neither keys nor values tell of e-mail addresses, tokens or
//! passwords; values are pages of published posts, and numbers.

mod ballast;
mod breaker;
mod connections;
mod fallback;
mod keys;
mod limiter;
mod pages;
mod post_cache;
mod refusal;

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use basalt_domain::ports::{Clock, StoreError};
use deadpool_redis::redis::FromRedisValue;
use tokio::{sync::Notify, time::timeout};

use self::{
    breaker::Breaker,
    connections::{Connections, Request},
    keys::Keys,
};
pub use self::{fallback::FallbackLimiter, limiter::RedisLimiter, post_cache::RedisPostCache};

/// Between two tries to reach Redis while it is gone.
const PAUSE: Duration = Duration::from_millis(150);

/// Between two questions whether Redis is there, asked by nobody else.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// How Redis is used.
pub struct RedisOptions {
    /// `redis://` or, with TLS, `rediss://`.
    pub url: String,
    /// What one call may take, connecting included.
    pub timeout: Duration,
    /// The keys of what is kept are made with a key derived from it. Processes with another secret
    /// share neither pages nor limits.
    pub secret: Vec<u8>,
}

/// The URL is none of a Redis. Does not repeat it, since it may hold a password.
#[derive(Debug, thiserror::Error)]
#[error(
    "not the URL of a Redis; one looks like redis://host:6379, \
     rediss://user:password@host:6379/0 with TLS"
)]
pub struct RedisUrlError;

/// One Redis, as this process sees it.
#[derive(Clone)]
pub struct Redis(Arc<Shared>);

struct Shared {
    connections: Connections,
    breaker: Breaker,
    keys: Keys,
    /// Told when there is something to mend.
    trouble: Arc<Notify>,
}

impl Redis {
    /// Connects to nothing yet: a process starts without Redis, too.
    pub fn new(options: RedisOptions) -> Result<Self, RedisUrlError> {
        let RedisOptions { url, timeout, secret } = options;
        let trouble = Arc::new(Notify::new());
        Ok(Self(Arc::new(Shared {
            connections: Connections::new(&url, timeout)?,
            breaker: Breaker::new(Arc::clone(&trouble)),
            keys: Keys::new(&secret),
            trouble,
        })))
    }

    /// False from the moment Redis is found to be gone until it is back.
    pub fn is_up(&self) -> bool {
        !self.0.breaker.is_open()
    }

    /// Pages shared with other processes, each for `ttl` after it was read.
    pub fn post_cache(&self, ttl: Duration, clock: Arc<dyn Clock>) -> RedisPostCache {
        RedisPostCache::new(self.clone(), ttl, clock)
    }

    /// Limits shared with other processes.
    pub fn rate_limiter(&self) -> RedisLimiter {
        RedisLimiter::new(self.clone())
    }

    /// Goes on beside the calls: finds out when Redis is gone, though nobody asks for anything, and
    /// when it is back. Never returns; a process runs it once.
    pub async fn run(&self) {
        loop {
            if self.is_up() {
                if timeout(HEARTBEAT, self.0.trouble.notified()).await.is_err() {
                    self.look().await;
                }
            } else if self.takes_writes().await {
                self.0.breaker.close();
            } else {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// Writes as others do it, so that a Redis that is loading, full or read-only does not pass for
    /// one that is well.
    async fn takes_writes(&self) -> bool {
        let was_full = self.0.breaker.is_full();
        if was_full && !self.load_ballast().await {
            return false;
        }
        let takes_writes = self.pulse_around_breaker().await.is_ok();
        if was_full {
            self.unload_ballast().await;
        }
        takes_writes
    }

    /// Writes until that works or Redis is found to be gone. Nobody else would notice where nobody
    /// asks for anything, and readiness has to tell.
    async fn look(&self) {
        for _ in 0..breaker::PATIENCE {
            if self.pulse().await.is_ok() {
                return;
            }
        }
    }

    /// Fails at once while the breaker is open.
    async fn call<T: FromRedisValue>(&self, request: &Request<'_>) -> Result<T, StoreError> {
        static LEFT_ALONE: LazyLock<StoreError> =
            LazyLock::new(|| StoreError::unavailable("Redis is left alone until it is back"));
        if self.0.breaker.is_open() {
            return Err(LEFT_ALONE.clone());
        }
        self.call_around_breaker(request).await
    }

    async fn call_around_breaker<T: FromRedisValue>(
        &self,
        request: &Request<'_>,
    ) -> Result<T, StoreError> {
        let answer = self.0.connections.call(request).await;
        let is_write = !matches!(request, Request::Command(_));
        match &answer {
            Ok(_) => self.0.breaker.succeeded(),
            Err(error) if error.is_refusal() || (is_write && error.is_answer()) => {
                self.0.breaker.open(error);
            }
            Err(error) => self.0.breaker.failed(error),
        }
        answer.map_err(StoreError::unavailable)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
