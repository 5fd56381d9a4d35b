//! Caches around a store: it has to keep every promise through them.

use std::{sync::Arc, time::Duration};

use basalt_adapters::{
    cached::{CachedAuthStates, CachedPosts, CachedUnits},
    memory::{MemoryStore, MokaPostCache},
};
use basalt_contract::{KeptAuthStates, ManualClock, Store, advance_by};
use basalt_domain::ports::PostCache;

/// Wired as in production; the clock stands still, so nothing that is kept expires by itself.
async fn fresh() -> Store {
    let store = MemoryStore::new();
    let clock = Arc::new(ManualClock::default());
    let ttl = Duration::from_secs(600);
    let pages: Arc<dyn PostCache> = Arc::new(MokaPostCache::new(ttl, 16 << 20, clock.clone()));
    let states = CachedAuthStates::new(store.clone(), clock);
    let units = CachedUnits::new(store.clone(), Some(Arc::clone(&pages)), &states);
    let posts = CachedPosts::new(store.clone(), pages);
    Store::new(store.clone(), posts, states, store, units)
}

basalt_contract::store_tests!(fresh);

mod kept_auth_states {
    use super::*;

    async fn fresh() -> KeptAuthStates {
        let store = MemoryStore::new();
        let clock = Arc::new(ManualClock::default());
        KeptAuthStates {
            kept: Arc::new(CachedAuthStates::new(store.clone(), clock.clone())),
            elsewhere: Store::of(&store),
            advance: advance_by(move |step| clock.advance(step)),
        }
    }

    basalt_contract::kept_auth_states_tests!(fresh);
}
