//! The states of users, kept for less than a second.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use basalt_domain::{
    AuthState, Timestamp, TokenGeneration, TokenId, UserId,
    ports::{AuthStates, Clock, StoreError},
};
use moka::{policy::EvictionPolicy, sync::Cache};

use super::epochs::Epochs;

/// From the moment before a state is read. A second is what is promised; the rest is for the time
/// between the look at the clock and the answer.
const MAX_AGE: Duration = Duration::from_millis(800);
/// The most states that are kept, about 3 MB: as many tokens can be in use within a second.
const MAX_STATES: u64 = 16_384;

/// [`AuthStates`] that answers from memory what it was asked within the last second.
///
/// A write through it, or through [`CachedUnits`](super::CachedUnits), ends the *epoch* of the
/// user. A kept state counts only within the epoch in which its reading began, so neither an old
/// state nor one that arrives late is seen after the write.
pub struct CachedAuthStates {
    inner: Arc<dyn AuthStates>,
    clock: Arc<dyn Clock>,
    epochs: Arc<Epochs>,
    states: Cache<(UserId, TokenId), Kept>,
}

#[derive(Clone, Copy)]
struct Kept {
    state: AuthState,
    epoch: u64,
    read_at: Timestamp,
}

impl CachedAuthStates {
    /// Keeps what `inner` answers.
    pub fn new(inner: Arc<dyn AuthStates>, clock: Arc<dyn Clock>) -> Self {
        let states = Cache::builder()
            .max_capacity(MAX_STATES)
            // Everything is dead after a second: how often it was asked for before says nothing.
            .eviction_policy(EvictionPolicy::lru())
            // By the monotonic clock, should the other one be set back.
            .time_to_live(MAX_AGE)
            .build();
        Self { inner, clock, epochs: Arc::new(Epochs::new()), states }
    }

    pub(crate) fn epochs(&self) -> Arc<Epochs> {
        Arc::clone(&self.epochs)
    }

    fn known(&self, user: UserId, token: TokenId, now: Timestamp) -> Option<Kept> {
        let kept = self.states.get(&(user, token))?;
        let is_fresh = (kept.read_at..kept.read_at.plus(MAX_AGE)).contains(&now);
        (is_fresh && kept.epoch == self.epochs.of(user)).then_some(kept)
    }

    /// Ends the epoch of `user` when dropped: after a write has ended in whatever way, also when
    /// its future is dropped and nobody knows whether it was done.
    fn forget_after(&self, user: UserId) -> impl Drop {
        Forget { epochs: &self.epochs, user }
    }
}

struct Forget<'a> {
    epochs: &'a Epochs,
    user: UserId,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.epochs.end(self.user);
    }
}

#[async_trait]
impl AuthStates for CachedAuthStates {
    async fn find(&self, user: UserId, token: TokenId) -> Result<Option<AuthState>, StoreError> {
        let now = self.clock.now();
        if let Some(kept) = self.known(user, token, now) {
            return Ok(Some(kept.state));
        }
        let epoch = self.epochs.of(user);
        let found = self.inner.find(user, token).await?;
        // That nobody is there is not kept: it is rare, and the next write may change it.
        if let Some(state) = found {
            let kept = Kept { state, epoch, read_at: now };
            self.states.insert((user, token), kept);
        }
        Ok(found)
    }

    async fn revoke(
        &self,
        user: UserId,
        token: TokenId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let _forget = self.forget_after(user);
        self.inner.revoke(user, token, expires_at).await
    }

    async fn end_all(&self, user: UserId) -> Result<Option<TokenGeneration>, StoreError> {
        let _forget = self.forget_after(user);
        self.inner.end_all(user).await
    }

    async fn remove_expired(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.inner.remove_expired(now, limit).await
    }
}

#[cfg(test)]
mod tests;
