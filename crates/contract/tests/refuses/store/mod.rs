//! A store that keeps every promise, and faults that make it break one.

mod auth_states;
mod counts;
mod fault;
mod idempotency;
pub(crate) mod kept;
mod lists;
mod post_writes;
mod posts;
pub(crate) mod proofs;
mod unit;
mod user_writes;
mod users;
mod versions;

use std::sync::{Arc, Mutex, PoisonError, atomic::AtomicUsize};

use async_trait::async_trait;
use basalt_adapters::memory::MemoryStore;
use basalt_contract::Store;
use basalt_domain::{
    Email, IdempotencyRecord, PasswordHash, Post, PostListKey, PostPage, SearchTerm, Timestamp,
    TokenId, User, UserId,
    ports::{AuthStates, IdempotencyRecords, PostRepository, StoreError, UserRepository},
};

pub(crate) use self::fault::Fault;
use self::{counts::Count, versions::Versions};

/// What a store has beside its tables because of its fault.
#[derive(Default)]
struct Aside {
    /// Posts that the tables no longer have, or not so.
    orphans: Mutex<Vec<Post>>,
    pages: Mutex<Vec<(PostListKey, Arc<PostPage>)>>,
    published: Count,
    users: Count,
    versions: Versions,
    /// Addresses that somebody has or had.
    addresses: Mutex<Vec<Email>>,
    /// Addresses of users whose password is not there yet.
    hidden: Mutex<Vec<Email>>,
    /// Users as they were written last.
    updated: Mutex<Vec<User>>,
    /// Records that were claimed.
    records: Mutex<Vec<IdempotencyRecord>>,
    /// How many wait for a unit.
    waiting: AtomicUsize,
    /// What the open unit has inserted and revoked.
    inserted: Mutex<Vec<(User, PasswordHash)>>,
    revoked: Mutex<Vec<(UserId, TokenId, Timestamp)>>,
}

/// Repositories, of the pool or of a unit that begins when it is first used.
#[async_trait]
trait Repositories: Send + Sync {
    async fn users(&self) -> Result<&dyn UserRepository, StoreError>;
    async fn posts(&self) -> Result<&dyn PostRepository, StoreError>;
    async fn auth_states(&self) -> Result<&dyn AuthStates, StoreError>;
    async fn idempotency(&self) -> Result<&dyn IdempotencyRecords, StoreError>;
}

#[async_trait]
impl Repositories for MemoryStore {
    async fn users(&self) -> Result<&dyn UserRepository, StoreError> {
        Ok(self)
    }

    async fn posts(&self) -> Result<&dyn PostRepository, StoreError> {
        Ok(self)
    }

    async fn auth_states(&self) -> Result<&dyn AuthStates, StoreError> {
        Ok(self)
    }

    async fn idempotency(&self) -> Result<&dyn IdempotencyRecords, StoreError> {
        Ok(self)
    }
}

/// Repositories with a fault.
#[derive(Clone)]
struct Faulty<R> {
    inner: R,
    pool: MemoryStore,
    aside: Arc<Aside>,
    fault: Fault,
}

impl<R> Faulty<R> {
    fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    /// What was found, or an error where nothing may not be found.
    fn or_error<T>(&self, found: Option<T>) -> Result<Option<T>, StoreError> {
        if found.is_none() && self.has(Fault::NoneIsError) {
            return Err(StoreError::failed("expected one row, found none"));
        }
        Ok(found)
    }

    fn refuse_long(&self, term: Option<&SearchTerm>) -> Result<(), StoreError> {
        let is_long = term.is_some_and(|term| term.as_folded().len() > 50_000);
        if is_long && self.has(Fault::ShortPatterns) {
            return Err(StoreError::failed("LIKE or GLOB pattern too complex"));
        }
        Ok(())
    }
}

/// A factory of stores with `fault`.
pub(crate) fn with(fault: Fault) -> impl AsyncFn() -> Store + Sync {
    async move || {
        let pool = MemoryStore::new();
        if fault == Fault::StatesKeptBesideWrites {
            return kept::kept_beside_own_writes(&pool);
        }
        Store::of(&Faulty { inner: pool.clone(), pool, aside: Arc::default(), fault })
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
