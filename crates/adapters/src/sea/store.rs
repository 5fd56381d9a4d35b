use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use basalt_domain::ports::{
    AuthStates, IdempotencyRecords, PostRepository, PostWalks, StoreError, UnitOfWork, UnitsOfWork,
    UserRepository,
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, TransactionTrait};
use tracing::info_span;

use super::{
    Sea, SeaUnit, dialect,
    failure::Failure,
    list_states::{OpenOne, VersionReader},
    pool::Pool,
    postgres::{self, Server},
    replica::PublicWalks,
    sqlite,
};
use crate::SPANS;

/// Where the database is and how long to wait for it.
#[derive(Clone)]
pub struct SeaOptions {
    /// `sqlite://data/basalt.db` (relative to the working directory), `sqlite:///srv/basalt.db`,
    /// also with `?mode=rw` (must exist) or `?mode=rwc`. Or
    /// `postgres://user:password@host:5432/basalt`, also with `?sslmode=`.
    pub url: String,
    /// Whether an `SQLite` file that is missing is made, with its folders; `?mode=rw` forbids it.
    pub make_file: bool,
    /// A replica of a `PostgreSQL` database that is read from only. It may lag; see
    /// [`SeaStore::public_walks`].
    pub read_url: Option<String>,
    /// Connections at the same time, at least 1, beside one that asks for the version of the lists.
    /// On `SQLite` they read, and there is one more that writes; on `PostgreSQL` the replica has as
    /// many of its own.
    pub max_connections: u32,
    /// The longest wait for a connection, and for somebody else who holds a lock.
    pub acquire_timeout: Duration,
    /// The longest that a statement may take once it has a connection.
    pub statement_timeout: Duration,
}

/// Where reads and writes go.
pub(super) struct Pools {
    pub(super) reader: Pool,
    pub(super) writer: Pool,
    pub(super) replica: Option<Pool>,
    /// Makes a connection to where reads go, beside the pool.
    pub(super) one_more: OpenOne,
}

async fn open(options: &SeaOptions) -> Result<Pools, StoreError> {
    let (scheme, _) = options.url.split_once(':').unwrap_or_default();
    match (scheme, &options.read_url) {
        ("sqlite", None) => sqlite::open(options).await,
        ("sqlite", Some(_)) => Err(StoreError::failed(
            "an SQLite file has no replica: leave the read URL out, or name a PostgreSQL database",
        )),
        ("postgres" | "postgresql", _) => open_servers(options).await,
        _ => Err(StoreError::failed(
            "the database URL starts with neither sqlite: nor postgres: \
             (sqlite://data/basalt.db, postgres://user:password@host:5432/basalt)",
        )),
    }
}

/// Asks the primary, so that what is wrong with its URL is said at the start; what a replica is
/// for is done without it too.
async fn open_servers(options: &SeaOptions) -> Result<Pools, StoreError> {
    let primary = Server::primary(&options.url, options)?;
    let replica = options.read_url.as_deref();
    let replica = replica.map(|url| Server::replica(url, options));
    let replica = replica.transpose()?;
    primary.try_out().await?;
    if let Some(replica) = &replica {
        replica.try_out_if_it_answers().await?;
    }
    let one_more = primary.clone();
    let primary = Pool::of_server(primary);
    Ok(Pools {
        reader: primary.clone(),
        writer: primary,
        replica: replica.map(Pool::of_server),
        one_more: Arc::new(move || one_more.one_connection()),
    })
}

/// A database that is open. Cheap to clone; all clones share the connections.
#[derive(Clone)]
pub struct SeaStore {
    pub(super) reader: Pool,
    /// On `PostgreSQL` the same as the reader.
    pub(super) writer: Pool,
    pub(super) replica: Option<Pool>,
    pub(super) versions: VersionReader,
    pub(super) acquire_timeout: Duration,
    pub(super) statement_timeout: Duration,
}

impl SeaStore {
    /// Opens the database that `options.url` names. Does not migrate it.
    ///
    /// # Errors
    /// [`StoreError::Failed`] for a URL that can't be one, a file that is missing, that this process
    /// may not use or that is no database, a user or a database that the server refuses;
    /// [`StoreError::Unavailable`] where another try may work.
    pub async fn connect(options: SeaOptions) -> Result<Self, StoreError> {
        let limit = options.acquire_timeout + options.statement_timeout;
        let opened = tokio::time::timeout(limit, open(&options)).await;
        let Pools { reader, writer, replica, one_more } =
            opened.map_err(|_| StoreError::from(Failure::took_longer_than(limit)))??;
        Ok(Self {
            versions: VersionReader::beside(reader.clone(), one_more),
            reader,
            writer,
            replica,
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

    /// Walks for readers who need not see the last write of somebody else: through the replica,
    /// unless there is none, it is away, or this process wrote something in the last seconds.
    pub fn public_walks(&self) -> impl PostWalks + use<> {
        PublicWalks::new(
            self.repositories(),
            self.replica.clone(),
            self.acquire_timeout,
            self.statement_timeout,
        )
    }

    /// The states of tokens; each call is a transaction by itself.
    pub fn auth_states(&self) -> impl AuthStates + use<> {
        self.repositories()
    }

    /// The idempotency records; each call is a transaction by itself.
    pub fn idempotency(&self) -> impl IdempotencyRecords + use<> {
        self.repositories()
    }

    /// Begins a transaction that may write.
    pub(super) async fn transaction(&self) -> Result<DatabaseTransaction, StoreError> {
        if self.writer.is_read_only() {
            return Err(Failure::read_only().into());
        }
        // The wait for a connection too, which is no part of the driver's own span.
        let _beginning = info_span!(target: SPANS, "begin a transaction");
        let backend = self.writer.get_database_backend();
        let begun = self.writer.again(true, async |connections| match backend {
            DbBackend::Postgres => postgres::begin(connections).await,
            _ => connections.begin_with_options(dialect::unit_of_work()).await,
        });
        Ok(self.repositories().run(begun).await?)
    }

    pub(super) fn repositories(&self) -> Sea<Pool> {
        Sea::on_pools(self.reader.clone(), self.writer.clone(), self.patience())
    }

    pub(super) fn patience(&self) -> Duration {
        self.acquire_timeout + self.statement_timeout
    }
}

#[async_trait]
impl UnitsOfWork for SeaStore {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        let transaction = self.transaction().await?;
        // A server's own limit comes first, so that the connection stays in step with it.
        let patience = self.statement_timeout + self.statement_timeout / 8;
        let repositories = Sea::within(transaction, self.writer.clone(), patience);
        Ok(Box::new(SeaUnit::on(repositories)))
    }
}
