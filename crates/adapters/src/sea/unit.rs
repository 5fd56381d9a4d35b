use std::{sync::atomic::Ordering, time::Duration};

use async_trait::async_trait;
use basalt_domain::ports::{
    AuthStates, IdempotencyRecords, PostRepository, StoreError, UnitOfWork, UserRepository,
};
use sea_orm::DatabaseTransaction;

use super::{Sea, failure::Failure, pool::Pool, watched};

/// The longest that anybody waits for a commit.
const COMMIT: Duration = Duration::from_secs(3);

/// The repositories on one transaction.
///
/// Dropping it, also while a call runs or `commit` waits, rolls back: the driver queues a
/// `ROLLBACK` behind whatever the connection still does, and the pool hands the connection out
/// again only when that is done.
pub(super) struct SeaUnit {
    /// First, so that it is dropped before the transaction.
    rollback: Rollback,
    repositories: Sea<DatabaseTransaction>,
}

/// Notes, when it is dropped, that the answer to the `ROLLBACK` is not waited for.
struct Rollback(Option<Pool>);

impl Drop for Rollback {
    fn drop(&mut self) {
        if let Some(pool) = &self.0 {
            pool.note_abandoned();
        }
    }
}

impl SeaUnit {
    pub(super) fn on(repositories: Sea<DatabaseTransaction>) -> Self {
        Self { rollback: Rollback(Some(repositories.pool.clone())), repositories }
    }
}

#[async_trait]
impl UnitOfWork for SeaUnit {
    fn users(&self) -> &dyn UserRepository {
        &self.repositories
    }

    fn posts(&self) -> &dyn PostRepository {
        &self.repositories
    }

    fn auth_states(&self) -> &dyn AuthStates {
        &self.repositories
    }

    fn idempotency(&self) -> &dyn IdempotencyRecords {
        &self.repositories
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        if self.repositories.spoiled.load(Ordering::Relaxed) {
            return Err(Failure::spoiled().into());
        }
        let Self { mut rollback, repositories } = *self;
        let Sea { reader: transaction, pool, patience, .. } = repositories;
        rollback.0 = None;
        pool.note_write();
        let committed = watched(&pool, patience.min(COMMIT), transaction.commit()).await;
        Ok(committed.map_err(Failure::at_a_commit)?)
    }
}
