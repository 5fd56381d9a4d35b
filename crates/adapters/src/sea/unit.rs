use std::{sync::atomic::Ordering, time::Duration};

use async_trait::async_trait;
use basalt_domain::ports::{
    AuthStates, IdempotencyRecords, PostRepository, StoreError, UnitOfWork, UserRepository,
};
use sea_orm::DatabaseTransaction;

use super::{Sea, failure::Failure, watched};

/// The longest that anybody waits for a commit.
const COMMIT: Duration = Duration::from_secs(3);

/// The repositories on one transaction.
///
/// Dropping it, also while a call runs or `commit` waits, rolls back: the driver queues a
/// `ROLLBACK` behind whatever the connection still does, and the pool hands the connection out
/// again only when that is done.
pub(super) struct SeaUnit(Sea<DatabaseTransaction>);

impl SeaUnit {
    pub(super) fn on(transaction: Sea<DatabaseTransaction>) -> Self {
        Self(transaction)
    }
}

#[async_trait]
impl UnitOfWork for SeaUnit {
    fn users(&self) -> &dyn UserRepository {
        &self.0
    }

    fn posts(&self) -> &dyn PostRepository {
        &self.0
    }

    fn auth_states(&self) -> &dyn AuthStates {
        &self.0
    }

    fn idempotency(&self) -> &dyn IdempotencyRecords {
        &self.0
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        let Sea { reader: transaction, pool, patience, spoiled, .. } = self.0;
        if spoiled.load(Ordering::Relaxed) {
            return Err(Failure::spoiled().into());
        }
        pool.note_write();
        let committed = watched(&pool, patience.min(COMMIT), transaction.commit()).await;
        Ok(committed.map_err(Failure::at_a_commit)?)
    }
}
