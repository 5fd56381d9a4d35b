use std::sync::Arc;

use async_trait::async_trait;
use basalt_domain::ports::{
    AuthStates, IdempotencyRecords, PostRepository, StoreError, UnitOfWork, UnitsOfWork,
    UserRepository,
};

use super::{
    Memory, MemoryStore,
    access::{Access, Shared, Working, WriteRight},
};

/// A unit of work: the only one there is until it ends.
struct MemoryUnit {
    copy: Memory<Working>,
    shared: Arc<Shared>,
    right: WriteRight,
}

#[async_trait]
impl UnitsOfWork for MemoryStore {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        let right = self.0.write_right().await?;
        Ok(Box::new(MemoryUnit {
            copy: Memory(Working::copy_of(self.0.read())),
            shared: Arc::clone(&self.0),
            right,
        }))
    }
}

#[async_trait]
impl UnitOfWork for MemoryUnit {
    fn users(&self) -> &dyn UserRepository {
        &self.copy
    }

    fn posts(&self) -> &dyn PostRepository {
        &self.copy
    }

    fn auth_states(&self) -> &dyn AuthStates {
        &self.copy
    }

    fn idempotency(&self) -> &dyn IdempotencyRecords {
        &self.copy
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        let Self { copy, shared, right } = *self;
        let mut tables = copy.0.into_tables();
        let changed = Arc::make_mut(&mut tables);
        changed.settle_owners()?;
        changed.settle_version(&shared.read().published());
        shared.replace(tables, &right);
        Ok(())
    }
}
