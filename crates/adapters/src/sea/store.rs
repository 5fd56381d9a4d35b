use std::time::Duration;

use async_trait::async_trait;
use basalt_domain::ports::{
    AuthStates, IdempotencyRecords, PostRepository, StoreError, UnitOfWork, UnitsOfWork,
    UserRepository,
};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, Statement,
    TransactionTrait,
};

use super::{Sea, SeaUnit, dialect, failure::Failure, postgres, sqlite};

/// Where the database is and how long to wait for it.
#[derive(Clone)]
pub struct SeaOptions {
    /// `sqlite://data/basalt.db` (relative to the working directory), `sqlite:///srv/basalt.db`,
    /// also with `?mode=rw` (must exist) or `?mode=rwc`; file and folders are made when no mode is
    /// named. Or `postgres://user:password@host:5432/basalt`, also with `?sslmode=`.
    pub url: String,
    /// Connections at the same time, at least 1. On `SQLite` they read, and there is one more that
    /// writes.
    pub max_connections: u32,
    /// The longest wait for a connection, and for somebody else who holds a lock.
    pub acquire_timeout: Duration,
    /// The longest that a statement may take once it has a connection.
    pub statement_timeout: Duration,
}

/// Where reads and writes go; on `PostgreSQL` the same connections.
pub(super) struct Pools {
    pub(super) reader: DatabaseConnection,
    pub(super) writer: DatabaseConnection,
}

async fn open(options: &SeaOptions) -> Result<Pools, StoreError> {
    let (scheme, _) = options.url.split_once(':').unwrap_or_default();
    match scheme {
        "sqlite" => sqlite::open(options).await,
        "postgres" | "postgresql" => postgres::open(options).await,
        _ => Err(StoreError::failed(
            "the database URL starts with neither sqlite: nor postgres: \
             (sqlite://data/basalt.db, postgres://user:password@host:5432/basalt)",
        )),
    }
}

/// A database that is open. Cheap to clone; all clones share the connections.
#[derive(Clone)]
pub struct SeaStore {
    pub(super) reader: DatabaseConnection,
    pub(super) writer: DatabaseConnection,
    pub(super) acquire_timeout: Duration,
    pub(super) statement_timeout: Duration,
}

impl SeaStore {
    /// Opens the database that `options.url` names. On `SQLite`, makes file and folders where they
    /// are missing. Does not migrate it.
    ///
    /// # Errors
    /// [`StoreError::Failed`] for a URL that can't be one, a folder that can't be made, a file
    /// that is no database, a user or a database that the server refuses;
    /// [`StoreError::Unavailable`] where another try may work.
    pub async fn connect(options: SeaOptions) -> Result<Self, StoreError> {
        let limit = options.acquire_timeout + options.statement_timeout;
        let opened = tokio::time::timeout(limit, open(&options)).await;
        let Pools { reader, writer } =
            opened.map_err(|_| StoreError::from(Failure::took_longer_than(limit)))??;
        Ok(Self {
            reader,
            writer,
            acquire_timeout: options.acquire_timeout,
            statement_timeout: options.statement_timeout,
        })
    }

    /// The users; each call is a transaction by itself.
    pub fn users(&self) -> impl UserRepository + use<> {
        self.repositories()
    }

    /// The posts; each call is a transaction by itself.
    pub fn posts(&self) -> impl PostRepository + use<> {
        self.repositories()
    }

    /// The states of tokens; each call is a transaction by itself.
    pub fn auth_states(&self) -> impl AuthStates + use<> {
        self.repositories()
    }

    /// The idempotency records; each call is a transaction by itself.
    pub fn idempotency(&self) -> impl IdempotencyRecords + use<> {
        self.repositories()
    }

    /// Asks whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let backend = self.reader.get_database_backend();
        let probe = Statement::from_string(backend, dialect::probe(backend));
        self.repositories()
            .run(self.reader.query_one_raw(probe))
            .await?;
        Ok(())
    }

    /// Closes all connections once they are free. On `SQLite` the last one that closes empties the
    /// write-ahead log into the file, so that the file alone is the whole database.
    pub async fn close(self) -> Result<(), StoreError> {
        let closed = async {
            self.reader.close_by_ref().await?;
            self.writer.close_by_ref().await
        };
        self.repositories().run(closed).await?;
        Ok(())
    }

    /// Begins a transaction that may write.
    pub(super) async fn transaction(&self) -> Result<DatabaseTransaction, StoreError> {
        let begun = async {
            match self.writer.get_database_backend() {
                DbBackend::Postgres => postgres::begin(self.writer.clone()).await,
                _ => {
                    let options = dialect::unit_of_work();
                    self.writer.begin_with_options(options).await
                }
            }
        };
        Ok(self.repositories().run(begun).await?)
    }

    pub(super) fn repositories(&self) -> Sea<DatabaseConnection> {
        let patience = self.acquire_timeout + self.statement_timeout;
        Sea::on_pools(self.reader.clone(), self.writer.clone(), patience)
    }
}

#[async_trait]
impl UnitsOfWork for SeaStore {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        let transaction = self.transaction().await?;
        let patience = self.statement_timeout + self.statement_timeout / 8;
        let repositories = Sea::within(transaction, patience);
        Ok(Box::new(SeaUnit::on(repositories)))
    }
}
