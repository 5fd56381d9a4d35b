//! What processes share through Redis, held to the contract on a real one.

use std::{sync::Arc, time::Duration};

use basalt_adapters::{
    memory::MemoryStore,
    redis::{Redis, RedisOptions},
};
use basalt_contract::{ManualClock, Store, TimedCache, TimedLimiter, advance_by};
use basalt_domain::ports::PostCache;
use basalt_test_stores::{Keyspace, redis};

const TTL: Duration = Duration::from_mins(10);

/// A Redis with nothing in it; it stays so for others until the keyspace is dropped.
async fn empty() -> Option<(Redis, Keyspace)> {
    let keyspace = redis().await?.keyspace().await;
    let redis = Redis::new(RedisOptions {
        url: keyspace.url().to_owned(),
        // The contract is about answers. Twenty rivals on a busy machine may need more than what
        // a request gives.
        timeout: Duration::from_secs(10),
        secret: b"a secret of the contract's tests".to_vec(),
    });
    Some((redis.expect("a URL of Redis"), keyspace))
}

mod limiter {
    use super::*;

    async fn fresh() -> Option<TimedLimiter> {
        let (redis, keyspace) = empty().await?;
        let clock = Arc::new(ManualClock::default());
        Some(TimedLimiter {
            limiter: Arc::new(redis.rate_limiter().with_clock(clock.clone())),
            advance: advance_by(move |step| {
                let _as_long_as = &keyspace;
                clock.advance(step);
            }),
        })
    }

    basalt_contract::rate_limiter_tests!(fresh);
}

mod post_cache {
    use super::*;

    async fn fresh() -> Option<TimedCache> {
        let (redis, keyspace) = empty().await?;
        let clock = Arc::new(ManualClock::default());
        Some(TimedCache {
            cache: Arc::new(redis.post_cache(TTL, clock.clone())),
            ttl: TTL,
            advance: advance_by(move |step| {
                let _as_long_as = &keyspace;
                clock.advance(step);
            }),
        })
    }

    basalt_contract::post_cache_tests!(fresh);
}

mod over_memory {
    use super::*;

    async fn fresh() -> Option<Store> {
        let (redis, keyspace) = empty().await?;
        let store = MemoryStore::new();
        let [users, posts, states, records] = [(); 4].map(|()| store.clone());
        let shared = |clock| Some(Arc::new(redis.post_cache(TTL, clock)) as Arc<dyn PostCache>);
        let store = crate::cached::around(users, posts, states, records, store, shared);
        Some(store.keeping(keyspace))
    }

    basalt_contract::store_tests!(fresh);
}
