//! Caches around a store: it has to keep every promise through them.

use std::{sync::Arc, time::Duration};

use basalt_adapters::{
    cached::{CachedAuthStates, CachedPosts, CachedRecords, CachedUnits, LatestVersion},
    memory::{MemoryStore, MokaPostCache},
};
use basalt_contract::{KeptAuthStates, ManualClock, Store, advance_by};
use basalt_domain::ports::{
    AuthStates, Clock, IdempotencyRecords, ListVersions, PostCache, PostRepository, UnitsOfWork,
    UserRepository,
};

/// How long nothing that is kept expires by itself: the clock stands still.
const TTL: Duration = Duration::from_mins(10);

/// Wired as in production.
fn cached(
    users: impl UserRepository + 'static,
    posts: impl PostRepository + 'static,
    states: impl AuthStates + 'static,
    records: impl IdempotencyRecords + 'static,
    store: impl UnitsOfWork + ListVersions + Clone + 'static,
) -> Store {
    around(users, posts, states, records, store, |_| None)
}

/// The same with a cache of posts that processes share.
pub(crate) fn around(
    users: impl UserRepository + 'static,
    posts: impl PostRepository + 'static,
    states: impl AuthStates + 'static,
    records: impl IdempotencyRecords + 'static,
    store: impl UnitsOfWork + ListVersions + Clone + 'static,
    shared: impl FnOnce(Arc<dyn Clock>) -> Option<Arc<dyn PostCache>>,
) -> Store {
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::default());
    let latest = LatestVersion::new(Arc::new(store.clone()));
    let at_hand = MokaPostCache::new(TTL, 16 << 20, Arc::clone(&clock));
    let shared = shared(Arc::clone(&clock));
    let states = CachedAuthStates::new(Arc::new(states), clock);
    let units = CachedUnits::new(Arc::new(store.clone()), Arc::clone(&latest), &states);
    let records = CachedRecords::new(Arc::new(records), Arc::clone(&latest));
    let posts = CachedPosts::new(Arc::new(posts), latest, at_hand, shared, TTL);
    Store::new(users, posts, states, records, units, store)
}

mod over_memory {
    use super::*;

    async fn fresh() -> Store {
        let store = MemoryStore::new();
        let [users, posts, states, records] = [(); 4].map(|()| store.clone());
        cached(users, posts, states, records, store)
    }

    basalt_contract::store_tests!(fresh);
}

mod over_sqlite {
    use super::*;

    async fn fresh() -> Store {
        let (store, folder) = crate::sqlite::open().await;
        cached(store.users(), store.posts(), store.auth_states(), store.idempotency(), store)
            .keeping(folder)
    }

    basalt_contract::store_tests!(fresh);
}

mod over_postgres {
    use super::*;

    async fn fresh() -> Option<Store> {
        let (store, database) = crate::postgres::open().await?;
        let cached =
            cached(store.users(), store.posts(), store.auth_states(), store.idempotency(), store);
        Some(cached.keeping(database))
    }

    basalt_contract::store_tests!(fresh);
}

mod kept_auth_states {
    use super::*;

    async fn fresh() -> KeptAuthStates {
        let store = MemoryStore::new();
        let clock = Arc::new(ManualClock::default());
        KeptAuthStates {
            kept: Arc::new(CachedAuthStates::new(Arc::new(store.clone()), clock.clone())),
            elsewhere: Store::of(&store),
            advance: advance_by(move |step| clock.advance(step)),
        }
    }

    basalt_contract::kept_auth_states_tests!(fresh);
}
