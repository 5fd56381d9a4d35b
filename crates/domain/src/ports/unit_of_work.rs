use async_trait::async_trait;

use super::{AuthStates, IdempotencyRecords, PostRepository, StoreError, UserRepository};

/// Begins units of work.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait UnitsOfWork: Send + Sync {
    /// Begins a unit that may write. A unit MUST see its own writes, and nobody else's that are
    /// not committed.
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError>;
}

/// Repositories on one transaction.
///
/// Either all of a unit's writes happen, by [`UnitOfWork::commit`], or none. Dropping a unit at
/// any point, also in the middle of a call, MUST undo it and leave the store usable.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait UnitOfWork: Send + Sync {
    /// The users, within this unit.
    fn users(&self) -> &dyn UserRepository;

    /// The posts, within this unit.
    fn posts(&self) -> &dyn PostRepository;

    /// The states of tokens, within this unit.
    fn auth_states(&self) -> &dyn AuthStates;

    /// The idempotency records, within this unit.
    fn idempotency(&self) -> &dyn IdempotencyRecords;

    /// Makes the unit's writes last and visible. After `Ok` they MUST survive the process being
    /// killed; after `Err` the caller knows nothing of them. The error is never
    /// [`StoreError::Undone`].
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}
