//! What several processes share through Redis: kept pages and limits.
//!
//! **Connections.** `deadpool` makes them, and each runtime keeps one to itself: a connection is
//! multiplexed already, so taking one from a pool for each call would buy nothing and cost a round
//! trip (`PING`). One that fails is dropped and made anew by whoever calls next, in a task of its
//! own that may take longer than the call.
//!
//! **When Redis is slow or gone.** Each call has a budget. One that fails makes [`Redis::run`] probe,
//! by a write; if that fails too, or at once where a connection or a write was refused, a breaker
//! opens: from then on every call fails at once, until a write of the probe gets through again. So a
//! Redis that answers and does not do its work (full, read-only, loading) is one that is gone. Limits
//! are counted in the process meanwhile ([`FallbackLimiter`]), and each process has the pages that it
//! reads itself. No page becomes older by that: which version of the lists is the present one, the
//! database says.
//!
//! **What stands in Redis.** All keys begin with `{basalt:` and expire. What they are about is hashed
//! with a key of its own, so neither keys nor values tell of e-mail addresses, tokens or
//! passwords; values are pages of published posts, and numbers.

mod ballast;
mod connections;
mod fallback;
mod keys;
mod limiter;
mod pages;
mod post_cache;
mod refusal;

use std::{
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use basalt_domain::ports::{Clock, StoreError};
use deadpool_redis::redis::FromRedisValue;
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use self::{
    connections::{Connections, Request},
    keys::Keys,
    refusal::CallError,
};
pub use self::{fallback::FallbackLimiter, limiter::RedisLimiter, post_cache::RedisPostCache};
use crate::breaker::Breaker;

/// Between two probes.
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
    /// Redis was found to have no memory left since it was last trusted.
    is_full: AtomicBool,
    keys: Keys,
    /// Told when a probe is needed.
    trouble: Notify,
}

impl Redis {
    /// Connects to nothing yet: a process starts without Redis, too.
    pub fn new(options: RedisOptions) -> Result<Self, RedisUrlError> {
        let RedisOptions { url, timeout, secret } = options;
        Ok(Self(Arc::new(Shared {
            connections: Connections::new(&url, timeout)?,
            breaker: Breaker::new("redis"),
            is_full: AtomicBool::new(false),
            keys: Keys::new(&secret),
            trouble: Notify::new(),
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
        let breaker = &self.0.breaker;
        loop {
            if breaker.is_closed() {
                if timeout(HEARTBEAT, self.0.trouble.notified()).await.is_err() {
                    // One that fails raises the doubt, as any call does.
                    let _ = self.pulse().await;
                }
                continue;
            }
            match self.probe().await {
                Ok(()) => self.close(),
                // It was slow to take this write, but answers.
                Err(_) if !breaker.is_open() && breaker.was_answered() => {}
                Err(error) => self.open(&error),
            }
            // However many calls go wrong on a Redis that works, it is not asked more often.
            sleep(PAUSE).await;
        }
    }

    /// Writes as others do it, so that a Redis that is loading, full or read-only does not pass for
    /// one that is well.
    async fn probe(&self) -> Result<(), CallError> {
        let was_full = self.0.is_full.load(Ordering::Relaxed);
        if was_full {
            self.load_ballast().await?;
        }
        let written = self.ask::<Vec<u64>>(&limiter::pulse()).await;
        if was_full {
            self.unload_ballast().await;
        }
        written.map(drop)
    }

    /// Fails at once while the breaker is open.
    async fn call<T: FromRedisValue>(&self, request: &Request<'_>) -> Result<T, StoreError> {
        static LEFT_ALONE: LazyLock<StoreError> =
            LazyLock::new(|| StoreError::unavailable("Redis is left alone until it is back"));
        let breaker = &self.0.breaker;
        if breaker.is_open() {
            return Err(LEFT_ALONE.clone());
        }
        let answer = self.ask(request).await;
        let is_write = !matches!(request, Request::Command(_));
        match &answer {
            Ok(_) => breaker.note_answer(),
            // That leaves no doubt.
            Err(error) if error.is_refusal() || (is_write && error.is_answer()) => self.open(error),
            Err(_) => self.doubt(),
        }
        answer.map_err(StoreError::unavailable)
    }

    /// Asks whatever the breaker says.
    async fn ask<T: FromRedisValue>(&self, request: &Request<'_>) -> Result<T, CallError> {
        self.0.connections.call(request).await
    }

    fn doubt(&self) {
        if self.0.breaker.doubt() {
            self.0.trouble.notify_one();
        }
    }

    fn open(&self, error: &CallError) {
        if error.is_want_of_memory() {
            self.0.is_full.store(true, Ordering::Relaxed);
        }
        let trouble = error.trouble();
        if self.0.breaker.open(trouble.clone()) {
            tracing::warn!("{trouble}; limits are counted and pages kept in this process alone");
            self.0.trouble.notify_one();
        }
    }

    fn close(&self) {
        self.0.is_full.store(false, Ordering::Relaxed);
        if self.0.breaker.close() {
            tracing::info!("Redis answers and takes writes again");
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
