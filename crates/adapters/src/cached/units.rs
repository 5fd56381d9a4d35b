//! Units of work that note in the caches of this process what they have written.

mod recording;

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use basalt_domain::{
    UserId,
    ports::{
        AuthStates, IdempotencyRecords, PostRepository, StoreError, UnitOfWork, UnitsOfWork,
        UserRepository,
    },
};

use super::{CachedAuthStates, LatestVersion, epochs::Epochs};

/// [`UnitsOfWork`] after whose commits no cache of this process shows what was before.
pub struct CachedUnits {
    inner: Arc<dyn UnitsOfWork>,
    versions: Arc<LatestVersion>,
    epochs: Arc<Epochs>,
}

impl CachedUnits {
    /// Units of `inner`, whose commits are noted in `versions` and `states`.
    pub fn new(
        inner: Arc<dyn UnitsOfWork>,
        versions: Arc<LatestVersion>,
        states: &CachedAuthStates,
    ) -> Self {
        Self { inner, versions, epochs: states.epochs() }
    }
}

#[async_trait]
impl UnitsOfWork for CachedUnits {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        Ok(Box::new(CachedUnit {
            inner: self.inner.begin().await?,
            versions: Arc::clone(&self.versions),
            epochs: Arc::clone(&self.epochs),
            users: Mutex::default(),
        }))
    }
}

/// One unit. It is the repositories of what is kept by user, and of records: each notes what is about
/// to be written or repeated, and passes the call on. Reads see the transaction, never a cache.
///
/// A write is noted before it is done. Noting one that fails costs a needless read later; missing
/// one would show an old state.
struct CachedUnit {
    inner: Box<dyn UnitOfWork>,
    versions: Arc<LatestVersion>,
    epochs: Arc<Epochs>,
    users: Mutex<Vec<UserId>>,
}

impl CachedUnit {
    fn note_user(&self, user: UserId) {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        users.push(user);
    }
}

#[async_trait]
impl UnitOfWork for CachedUnit {
    fn users(&self) -> &dyn UserRepository {
        self
    }

    fn posts(&self) -> &dyn PostRepository {
        self.inner.posts()
    }

    fn auth_states(&self) -> &dyn AuthStates {
        self
    }

    fn idempotency(&self) -> &dyn IdempotencyRecords {
        self
    }

    /// Notes it after `Err` too, and when the caller goes away: nobody knows then whether the unit
    /// was committed.
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        let Self { inner, versions, epochs, users } = *self;
        let _version = versions.note_write_after();
        let _states =
            EpochsEnd { epochs, users: users.into_inner().unwrap_or_else(PoisonError::into_inner) };
        inner.commit().await
    }
}

/// Ends the epochs of the users when dropped.
struct EpochsEnd {
    epochs: Arc<Epochs>,
    users: Vec<UserId>,
}

impl Drop for EpochsEnd {
    fn drop(&mut self) {
        for user in &self.users {
            self.epochs.end(*user);
        }
    }
}

#[cfg(test)]
mod tests;
