//! States of tokens that are kept for too long.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use basalt_adapters::memory::MemoryStore;
use basalt_contract::{KeptAuthStates, ManualClock, Store, advance_by};
use basalt_domain::{
    AuthState, Timestamp, TokenGeneration, TokenId, UserId,
    ports::{AuthStates, Clock, StoreError},
};

use super::locked;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// As long as it may be.
    Rightly,
    /// For ever.
    ForEver,
    /// For a second after it was last asked for.
    Sliding,
    /// For ten seconds.
    TooLong,
    /// Rightly, but that somebody is nobody for ever.
    NobodyForEver,
}

/// What was read, and when.
type States = HashMap<(UserId, TokenId), (Option<AuthState>, Timestamp)>;

struct Kept {
    store: MemoryStore,
    clock: Arc<ManualClock>,
    states: Mutex<States>,
    keeping: Keeping,
}

#[async_trait]
impl AuthStates for Kept {
    async fn find(&self, user: UserId, token: TokenId) -> Result<Option<AuthState>, StoreError> {
        let now = self.clock.now();
        let kept = locked(&self.states).get(&(user, token)).copied();
        if let Some((state, at)) = kept {
            let is_good = match self.keeping {
                Keeping::ForEver => true,
                Keeping::NobodyForEver if state.is_none() => true,
                Keeping::TooLong => now < at.plus(Duration::from_secs(10)),
                _ => now < at.plus(Duration::from_secs(1)),
            };
            if is_good {
                if self.keeping == Keeping::Sliding {
                    locked(&self.states).insert((user, token), (state, now));
                }
                return Ok(state);
            }
        }
        let state = AuthStates::find(&self.store, user, token).await?;
        locked(&self.states).insert((user, token), (state, now));
        Ok(state)
    }

    async fn revoke(
        &self,
        user: UserId,
        token: TokenId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.store.revoke(user, token, expires_at).await
    }

    async fn end_all(&self, user: UserId) -> Result<Option<TokenGeneration>, StoreError> {
        self.store.end_all(user).await
    }

    async fn remove_expired(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        AuthStates::remove_expired(&self.store, now, limit).await
    }
}

/// A factory of states that are kept so.
pub(crate) fn kept(keeping: Keeping) -> impl AsyncFn() -> KeptAuthStates + Sync {
    async move || {
        let store = MemoryStore::new();
        let clock = Arc::new(ManualClock::default());
        KeptAuthStates {
            kept: Arc::new(Kept {
                store: store.clone(),
                clock: Arc::clone(&clock),
                states: Mutex::default(),
                keeping,
            }),
            elsewhere: Store::of(&store),
            advance: advance_by(move |step| clock.advance(step)),
        }
    }
}

/// The store, with states that are kept without looking at its own writes.
pub(super) fn kept_beside_own_writes(store: &MemoryStore) -> Store {
    let states = Kept {
        store: store.clone(),
        clock: Arc::default(),
        states: Mutex::default(),
        keeping: Keeping::Rightly,
    };
    let [users, posts, records, units, versions] = [(); 5].map(|()| store.clone());
    Store::new(users, posts, states, records, units, versions)
}
