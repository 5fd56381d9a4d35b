//! Units of work that tell the caches what they have changed.

mod recording;

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use basalt_domain::{
    UserId,
    ports::{
        AuthStates, IdempotencyRecords, PostCache, PostRepository, StoreError, UnitOfWork,
        UnitsOfWork, UserRepository,
    },
};

use super::{
    CachedAuthStates,
    aftermath::{Aftermath, write_then},
    epochs::Epochs,
};

/// [`UnitsOfWork`] after whose commits no cache of this process shows what was before.
pub struct CachedUnits {
    inner: Box<dyn UnitsOfWork>,
    caches: Caches,
}

/// What is told of a commit.
#[derive(Clone)]
struct Caches {
    posts: Option<Arc<dyn PostCache>>,
    epochs: Arc<Epochs>,
}

impl CachedUnits {
    /// Units of `inner`, after whose commits `cache` and `states` forget what was changed.
    pub fn new(
        inner: impl UnitsOfWork + 'static,
        cache: Option<Arc<dyn PostCache>>,
        states: &CachedAuthStates,
    ) -> Self {
        Self {
            inner: Box::new(inner),
            caches: Caches {
                posts: cache,
                epochs: states.epochs(),
            },
        }
    }
}

#[async_trait]
impl UnitsOfWork for CachedUnits {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        Ok(Box::new(CachedUnit {
            inner: self.inner.begin().await?,
            caches: self.caches.clone(),
            lists_differ: AtomicBool::new(false),
            users: Mutex::default(),
        }))
    }
}

/// One unit. It is its own repositories: each notes what is about to be written and passes the
/// call on. Reads see the transaction, never a cache.
///
/// A write is noted before it is done. Noting one that fails costs a needless read later; missing
/// one would show old data.
struct CachedUnit {
    inner: Box<dyn UnitOfWork>,
    caches: Caches,
    lists_differ: AtomicBool,
    users: Mutex<Vec<UserId>>,
}

impl CachedUnit {
    fn note_lists(&self) {
        self.lists_differ.store(true, Ordering::Relaxed);
    }

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
        self
    }

    fn auth_states(&self) -> &dyn AuthStates {
        self
    }

    fn idempotency(&self) -> &dyn IdempotencyRecords {
        self.inner.idempotency()
    }

    /// Forgets after `Err` too: nobody knows then whether the unit was committed.
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        let Self {
            inner,
            caches: Caches { posts, epochs },
            lists_differ,
            users,
        } = *self;
        let users = users.into_inner().unwrap_or_else(PoisonError::into_inner);
        let posts = posts.filter(|_| lists_differ.into_inner());
        write_then(inner.commit(), Aftermath::of_users(epochs, users, posts)).await
    }
}

#[cfg(test)]
mod tests;
