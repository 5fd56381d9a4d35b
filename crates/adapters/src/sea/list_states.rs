//! Which version the lists of published posts have. The view `current_list_state` says it: each write
//! that such a list shows changes a stamp behind it, in its own transaction (`basalt-migrations` has
//! the triggers).

use std::sync::Arc;

use async_trait::async_trait;
use basalt_domain::{
    ListVersion,
    ports::{ListVersions, StoreError},
};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbErr, Statement};
use tokio::sync::Mutex;

use super::{
    SeaStore, dialect,
    failure::{Failure, undone},
    pool::Pool,
    watched,
};

const VERSION: &str = "SELECT version FROM current_list_state";

/// Reads a version: 32 hexadecimal digits.
pub(super) fn parse(version: Option<&str>) -> Result<ListVersion, StoreError> {
    let number = version.and_then(|digits| u128::from_str_radix(digits, 16).ok());
    number.map(ListVersion).ok_or_else(|| {
        StoreError::corrupt("list_states has no row that makes sense; run `basalt migrate recount`")
    })
}

/// Makes a connection that does nothing else.
pub(super) type OpenOne = Arc<dyn Fn() -> DatabaseConnection + Send + Sync>;

/// Reads the version on a connection of its own, so that a pool that is used up slows no list that
/// is kept.
#[derive(Clone)]
pub(super) struct VersionReader {
    pool: Pool,
    open: OpenOne,
    /// Made when it is needed, and anew after a failure.
    connection: Arc<Mutex<Option<DatabaseConnection>>>,
}

impl VersionReader {
    /// Beside `pool`, which is told of what goes wrong.
    pub(super) fn beside(pool: Pool, open: OpenOne) -> Self {
        Self { pool, open, connection: Arc::default() }
    }

    async fn read(&self) -> Result<Option<String>, DbErr> {
        let mut kept = self.connection.lock().await;
        let connection = kept.take().unwrap_or_else(|| (self.open)());
        let mut read = read_on(&connection).await;
        if let Err(error) = &read {
            read = match undone(error, true) {
                Some(_) => {
                    let connection = (self.open)();
                    let read = read_on(&connection).await;
                    *kept = read.is_ok().then_some(connection);
                    return read;
                }
                // The server has none left to give.
                None if dialect::is_crowded(error) => read_on(&self.pool.connections()).await,
                None => read,
            };
            return read;
        }
        *kept = Some(connection);
        read
    }

    /// Closes the connection.
    pub(super) async fn close(&self) -> Result<(), DbErr> {
        match self.connection.lock().await.take() {
            Some(connection) => connection.close().await,
            None => Ok(()),
        }
    }
}

async fn read_on(connection: &DatabaseConnection) -> Result<Option<String>, DbErr> {
    let statement = Statement::from_string(connection.get_database_backend(), VERSION);
    let row = connection.query_one_raw(statement).await?;
    row.map_or(Ok(None), |row| row.try_get_by_index(0))
}

#[async_trait]
impl ListVersions for SeaStore {
    async fn current(&self) -> Result<ListVersion, StoreError> {
        let reader = &self.versions;
        let read = watched(&reader.pool, self.patience(), reader.read()).await;
        let version = read.map_err(|failure: Failure| StoreError::from(failure))?;
        parse(version.as_deref())
    }
}
