use std::sync::{Arc, Mutex, PoisonError, RwLock};

use basalt_domain::ports::StoreError;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use super::{MemoryStore, tables::Tables};

/// Reading and changing tables, whoever owns them.
pub trait Access: Send + Sync {
    /// The tables as they are now; later changes are not seen through it.
    fn read(&self) -> Arc<Tables>;

    /// Changes the tables. `change` must do all or nothing.
    fn write<T: Send>(
        &self,
        change: impl FnOnce(&mut Tables) -> T + Send,
    ) -> impl Future<Output = Result<T, StoreError>> + Send;
}

/// What the clones of a store share.
#[derive(Debug, Default)]
pub struct Shared {
    committed: RwLock<Arc<Tables>>,
    writer: Arc<AsyncMutex<()>>,
}

/// The right to write, held by one unit of work or one single write at a time.
pub(super) type WriteRight = OwnedMutexGuard<()>;

impl Shared {
    /// Waits for the right to write.
    pub(super) async fn write_right(&self) -> Result<WriteRight, StoreError> {
        let right = Arc::clone(&self.writer).lock_owned();
        tokio::time::timeout(MemoryStore::PATIENCE, right)
            .await
            .map_err(|_| StoreError::unavailable("another unit of work stayed open for too long"))
    }

    /// Puts the tables of a unit in the place of the shared ones.
    pub(super) fn replace(&self, tables: Arc<Tables>, _right: &WriteRight) {
        *self.committed.write().unwrap_or_else(PoisonError::into_inner) = tables;
    }
}

impl Access for Arc<Shared> {
    fn read(&self) -> Arc<Tables> {
        Arc::clone(&self.committed.read().unwrap_or_else(PoisonError::into_inner))
    }

    async fn write<T: Send>(
        &self,
        change: impl FnOnce(&mut Tables) -> T + Send,
    ) -> Result<T, StoreError> {
        let _right = self.write_right().await?;
        let mut committed = self.committed.write().unwrap_or_else(PoisonError::into_inner);
        let tables = Arc::make_mut(&mut committed);
        let before = tables.published();
        let answer = change(tables);
        tables.settle_version(&before);
        tables.settle_owners()?;
        Ok(answer)
    }
}

/// The copy of the tables that a unit of work changes.
#[derive(Debug)]
pub(super) struct Working(Mutex<Arc<Tables>>);

impl Working {
    pub(super) fn copy_of(tables: Arc<Tables>) -> Self {
        Self(Mutex::new(tables))
    }

    /// The tables as the unit leaves them.
    pub(super) fn into_tables(self) -> Arc<Tables> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Access for Working {
    fn read(&self) -> Arc<Tables> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn write<T: Send>(
        &self,
        change: impl FnOnce(&mut Tables) -> T + Send,
    ) -> Result<T, StoreError> {
        let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(change(Arc::make_mut(&mut tables)))
    }
}
