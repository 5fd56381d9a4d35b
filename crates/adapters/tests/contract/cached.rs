//! Caches around a store: it has to keep every promise through them.

use std::{sync::Arc, time::Duration};

use basalt_adapters::{
    cached::{CachedAuthStates, CachedPosts, CachedUnits},
    memory::{MemoryStore, MokaPostCache},
};
use basalt_contract::{KeptAuthStates, ManualClock, Store, advance_by};
use basalt_domain::ports::{
    AuthStates, Clock, IdempotencyRecords, PostCache, PostRepository, UnitsOfWork, UserRepository,
};

fn cached(
    users: impl UserRepository + 'static,
    posts: impl PostRepository + 'static,
    states: impl AuthStates + 'static,
    records: impl IdempotencyRecords + 'static,
    units: impl UnitsOfWork + 'static,
) -> Store {
    let cache = |clock| MokaPostCache::new(Duration::from_mins(10), 16 << 20, clock);
    around(users, posts, states, records, units, cache)
}

/// Wired as in production; the clock stands still, so nothing that is kept expires by itself.
pub(crate) fn around<C: PostCache + 'static>(
    users: impl UserRepository + 'static,
    posts: impl PostRepository + 'static,
    states: impl AuthStates + 'static,
    records: impl IdempotencyRecords + 'static,
    units: impl UnitsOfWork + 'static,
    cache: impl FnOnce(Arc<dyn Clock>) -> C,
) -> Store {
    let clock = Arc::new(ManualClock::default());
    let pages: Arc<dyn PostCache> = Arc::new(cache(clock.clone()));
    let states = CachedAuthStates::new(states, clock);
    let units = CachedUnits::new(units, Some(Arc::clone(&pages)), &states);
    Store::new(
        users,
        CachedPosts::new(posts, pages),
        states,
        records,
        units,
    )
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
        cached(
            store.users(),
            store.posts(),
            store.auth_states(),
            store.idempotency(),
            store,
        )
        .keeping(folder)
    }

    basalt_contract::store_tests!(fresh);
}

mod over_postgres {
    use super::*;

    async fn fresh() -> Option<Store> {
        let (store, database) = crate::postgres::open().await?;
        let cached = cached(
            store.users(),
            store.posts(),
            store.auth_states(),
            store.idempotency(),
            store,
        );
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
            kept: Arc::new(CachedAuthStates::new(store.clone(), clock.clone())),
            elsewhere: Store::of(&store),
            advance: advance_by(move |step| clock.advance(step)),
        }
    }

    basalt_contract::kept_auth_states_tests!(fresh);
}
