//! A database as a value with a life: whether it answers, what it is used for, its end.

use std::{path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use basalt_domain::ports::{
    Access, AuthStates, Cause, Correction, IdempotencyRecords, ListVersions, PoolUsage,
    PostRepository, PostWalks, SchemaStatus, Store, StoreError, UnitsOfWork, UserRepository,
};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement};
use tokio::time::timeout;

use super::{
    SeaStore, dialect,
    failure::{Failure, store_error},
    postgres::Answer,
    sqlite, watched,
};

/// How long the answer to [`SeaStore::ping`] may take, and how long it may take on the connections
/// of everybody.
const PING: Duration = Duration::from_millis(400);
const PING_IN_POOL: Duration = Duration::from_millis(200);

impl SeaStore {
    /// Asks what the database can do, within 400 ms. At once while it is known to be away. On
    /// `SQLite` a write is tried after one was refused for want of rights or of room. On
    /// `PostgreSQL` a pool that is used up does not count: the server is asked beside it.
    pub async fn ping(&self) -> Result<Access, StoreError> {
        let backend = self.reader.get_database_backend();
        let probe = Statement::from_string(backend, dialect::probe(backend));
        let answer = self.reader.query_one_raw(probe);
        if backend == DbBackend::Sqlite {
            let answers = async {
                answer.await?;
                sqlite::try_writing(&self.writer).await
            };
            watched(&self.reader, PING.min(self.patience()), answers).await?;
            return Ok(Access::ReadWrite);
        }
        let access = match watched(&self.reader, PING_IN_POOL.min(self.patience()), answer).await {
            Ok(Some(row)) => self.access(&row),
            Ok(None) => Access::ReadWrite,
            Err(failure) if self.reader.check().is_err() => return Err(failure.into()),
            Err(_) => self.access_beside_the_pool().await?,
        };
        if self.writer.is_read_only() {
            return Ok(Access::ReadOnly);
        }
        Ok(access)
    }

    /// A connection that takes no writes is given up, and whether the server does is found out.
    fn access(&self, row: &QueryResult) -> Access {
        let answer: Result<String, _> = row.try_get_by_index(0);
        if answer.as_deref() != Ok(dialect::YES) {
            return Access::ReadWrite;
        }
        if self.writer.doubt() {
            self.writer.give_up_connections();
        }
        Access::ReadOnly
    }

    async fn access_beside_the_pool(&self) -> Result<Access, StoreError> {
        let limit = PING.saturating_sub(PING_IN_POOL);
        match timeout(limit, self.reader.server_answers()).await {
            Ok(Ok(Answer::IsReadOnly)) => Ok(Access::ReadOnly),
            Ok(Ok(Answer::Works | Answer::IsCrowded(_))) => Ok(Access::ReadWrite),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(Failure::took_longer_than(limit).into()),
        }
    }

    /// Closes all connections once they are free. On `SQLite` the last one that closes empties the
    /// write-ahead log into the file, so that the file alone is the whole database.
    pub async fn close(&self) -> Result<(), StoreError> {
        let closed = async {
            if let Some(replica) = &self.replica {
                replica.close().await?;
            }
            self.versions.close().await?;
            self.reader.close().await?;
            self.writer.close().await
        };
        // Also when the database is away, so past the check of every other call.
        match timeout(self.patience(), closed).await {
            Ok(closed) => closed.map_err(store_error),
            Err(_) => Err(Failure::took_longer_than(self.patience()).into()),
        }
    }
}

#[async_trait]
impl Store for SeaStore {
    fn users(&self) -> Arc<dyn UserRepository> {
        Arc::new(self.repositories())
    }

    fn posts(&self) -> Arc<dyn PostRepository> {
        Arc::new(self.repositories())
    }

    fn auth_states(&self) -> Arc<dyn AuthStates> {
        Arc::new(self.repositories())
    }

    fn idempotency(&self) -> Arc<dyn IdempotencyRecords> {
        Arc::new(self.repositories())
    }

    fn units(&self) -> Arc<dyn UnitsOfWork> {
        Arc::new(self.clone())
    }

    fn list_versions(&self) -> Arc<dyn ListVersions> {
        Arc::new(self.clone())
    }

    fn public_walks(&self) -> Option<Arc<dyn PostWalks>> {
        self.replica.as_ref()?;
        Some(Arc::new(Self::public_walks(self)))
    }

    async fn schema(&self) -> Result<SchemaStatus, StoreError> {
        self.migration_status().await
    }

    async fn migrate_up(&self) -> Result<Vec<String>, StoreError> {
        Self::migrate_up(self).await
    }

    async fn migrate_down_one(&self) -> Result<Option<String>, StoreError> {
        Self::migrate_down_one(self).await
    }

    async fn recount(&self) -> Result<Vec<Correction>, StoreError> {
        Self::recount(self).await
    }

    async fn ping(&self) -> Result<Access, StoreError> {
        Self::ping(self).await
    }

    fn is_away(&self) -> bool {
        self.writer.check().is_err()
    }

    fn usage(&self) -> Vec<PoolUsage> {
        let mut primary = self.writer.usage();
        if self.writer.get_database_backend() == DbBackend::Sqlite {
            let readers = self.reader.usage();
            primary = std::array::from_fn(|number| primary[number] + readers[number]);
        }
        let replica = self.replica.as_ref().map(|replica| ("replica", replica.usage()));
        [("primary", primary)]
            .into_iter()
            .chain(replica)
            .map(|(pool, [idle, used, most])| PoolUsage { pool, idle, used, most })
            .collect()
    }

    async fn back_up(&self, target: &Path) -> Result<(), Cause> {
        self.backup(target).await.map_err(|error| Arc::new(error) as Cause)
    }

    async fn close(&self) -> Result<(), StoreError> {
        Self::close(self).await
    }
}
