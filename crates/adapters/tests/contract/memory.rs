//! What keeps everything in the process.

use std::{sync::Arc, time::Duration};

use basalt_adapters::memory::{GovernorLimiter, MemoryStore, MokaPostCache};
use basalt_contract::{ManualClock, Store, TimedCache, TimedLimiter, advance_by};
use governor::clock::FakeRelativeClock;

mod store {
    use super::*;

    async fn fresh() -> Store {
        Store::of(&MemoryStore::new())
    }

    basalt_contract::store_tests!(fresh);
}

mod limiter {
    use super::*;

    async fn fresh() -> TimedLimiter {
        let clock = FakeRelativeClock::default();
        TimedLimiter {
            limiter: Arc::new(GovernorLimiter::with_clock(clock.clone())),
            advance: advance_by(move |step| clock.advance(step)),
        }
    }

    basalt_contract::rate_limiter_tests!(fresh);
}

mod post_cache {
    use super::*;

    async fn fresh() -> TimedCache {
        let clock = Arc::new(ManualClock::default());
        let ttl = Duration::from_mins(10);
        TimedCache {
            cache: Arc::new(MokaPostCache::new(ttl, 16 << 20, clock.clone())),
            ttl,
            advance: advance_by(move |step| clock.advance(step)),
        }
    }

    basalt_contract::post_cache_tests!(fresh);
}
