//! Opens a `PostgreSQL` database.

use std::time::Duration;

use basalt_domain::ports::StoreError;
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr, SqlxPostgresConnector,
    TransactionTrait,
    sqlx::{
        self, ConnectOptions, Connection, PgPool,
        postgres::{PgConnectOptions, PgPoolOptions},
    },
};
use tokio::time::timeout;
use tracing::Instrument as _;

use super::{
    PostgresAddress, SeaOptions, dialect,
    failure::{Failure, driver_failed},
    moment::LastMoment,
    session::Session,
};

/// A connection that idled this long is asked whether it still works before it is used; a busier
/// one has just answered.
const TRUSTED: Duration = Duration::from_secs(1);

/// How long a connection may take to say that it works. One that doesn't is replaced.
const ANSWER: Duration = Duration::from_millis(200);

/// How long the server may take to say that it works.
const PROBE: Duration = Duration::from_millis(500);

/// How much longer than a statement the connection of a call that was given up may take to come to
/// rest.
const REST: Duration = Duration::from_millis(500);

/// A connection is closed after it idled this long: each is a process on the server.
const IDLE: Duration = Duration::from_mins(5);

/// Names the migrations of this schema among the locks of a database.
const MIGRATION_LOCK: &str = "1650553697, 0";

/// How long a step waits for a table that others use.
const STEP_PATIENCE: Duration = Duration::from_secs(10);

/// Where a server is and how to treat it.
#[derive(Clone)]
pub(super) struct Server {
    part: &'static str,
    /// Whether it is one that has to take writes.
    is_primary: bool,
    /// When a connection last turned out to be of no use. What befell one has most often befallen all
    /// that were there: the server was started again, a table has changed under its prepared
    /// statements, the name leads to another server. All that were made before are replaced when it
    /// is their turn.
    outdated: LastMoment,
    /// When the answer of a connection was last not waited for.
    abandoned: LastMoment,
    connect: PgConnectOptions,
    session: Session,
    max_connections: u32,
    acquire_timeout: Duration,
    statement_timeout: Duration,
}

/// What a server says of itself.
#[derive(Debug)]
pub(super) enum Answer {
    /// It does what it is for.
    Works,
    /// It lives, and has no connection left to give, in its own words.
    IsCrowded(String),
    /// It answers, and takes no writes although it should.
    IsReadOnly,
}

impl Server {
    /// The server at `url` that takes writes. Connects to nothing.
    pub(super) fn primary(url: &str, options: &SeaOptions) -> Result<Self, StoreError> {
        Self::at(url, "database", options)
    }

    /// The server at `url` that is read from. Connects to nothing.
    pub(super) fn replica(url: &str, options: &SeaOptions) -> Result<Self, StoreError> {
        let replica = Self::at(url, "replica", options)?;
        Ok(Self { is_primary: false, ..replica })
    }

    /// Called `part` where it is measured.
    fn at(url: &str, part: &'static str, options: &SeaOptions) -> Result<Self, StoreError> {
        let address: PostgresAddress =
            url.parse().map_err(|error| StoreError::failed(format!("the database URL {error}")))?;
        let session = Session::new(options, address.schema);
        Ok(Self {
            part,
            is_primary: true,
            outdated: LastMoment::never(),
            abandoned: LastMoment::never(),
            connect: connect_options(address.connect, &session),
            session,
            max_connections: options.max_connections,
            acquire_timeout: options.acquire_timeout,
            statement_timeout: options.statement_timeout,
        })
    }

    pub(super) fn part(&self) -> &'static str {
        self.part
    }

    /// Whether it is the one that takes writes.
    pub(super) fn is_primary(&self) -> bool {
        self.is_primary
    }

    /// Has every connection of this moment replaced before it is used again.
    pub(super) fn give_up_connections(&self) {
        self.outdated.note();
    }

    /// Notes that the answer to a statement is not waited for.
    pub(super) fn note_abandoned(&self) {
        self.abandoned.note();
    }

    /// New connections for reads and writes, which are made when they are needed.
    pub(super) fn pool(&self) -> DatabaseConnection {
        SqlxPostgresConnector::from_sqlx_postgres_pool(self.connections(self.max_connections))
    }

    /// One connection beside the pool, which is made when it is needed.
    pub(super) fn one_connection(&self) -> DatabaseConnection {
        SqlxPostgresConnector::from_sqlx_postgres_pool(self.connections(1))
    }

    /// At most so many connections, which are made when they are needed.
    fn connections(&self, most: u32) -> PgPool {
        let rest = self.statement_timeout + REST;
        let (outdated, abandoned) = (self.outdated.clone(), self.abandoned.clone());
        PgPoolOptions::new()
            .max_connections(most)
            .acquire_timeout(self.acquire_timeout)
            .idle_timeout(IDLE)
            .test_before_acquire(false)
            .before_acquire(move |connection, meta| {
                let is_outdated = outdated.is_within(meta.age);
                Box::pin(async move {
                    if is_outdated {
                        return Ok(false);
                    }
                    if meta.idle_for < TRUSTED {
                        return Ok(true);
                    }
                    let answer = timeout(ANSWER, connection.ping()).await;
                    Ok(matches!(answer, Ok(Ok(()))))
                })
            })
            // The pool itself waits here without a limit for what a call left behind that was given
            // up. A ping is a round trip, so it is made only where that may be.
            .after_release(move |connection, _| {
                let is_at_rest = !abandoned.is_within(rest);
                Box::pin(async move {
                    if is_at_rest {
                        return Ok(true);
                    }
                    match timeout(rest, connection.ping()).await {
                        Ok(Ok(())) => Ok(true),
                        // An error also throws away what is not yet sent, which nobody waits for.
                        Ok(Err(error)) => Err(error),
                        Err(_) => Err(sqlx::Error::PoolTimedOut),
                    }
                })
            })
            .connect_lazy_with(self.connect.clone())
    }

    /// Makes one connection, to tell what is wrong for good from what may pass.
    pub(super) async fn try_out(&self) -> Result<(), StoreError> {
        let mut connection = self.connect.connect().await.map_err(refused)?;
        self.session.check(&mut connection).await?;
        // Prepared, as all that is asked later: a pooler that keeps no statement is found here.
        let asked = sqlx::query_scalar("SELECT current_setting('server_encoding')");
        let encoding: String = asked.fetch_one(&mut connection).await.map_err(refused)?;
        if encoding != "UTF8" {
            return Err(StoreError::failed(format!(
                "the database keeps texts as {encoding}, which does not know every character; \
                 create it with ENCODING 'UTF8'"
            )));
        }
        connection.close().await.map_err(refused)
    }

    /// The same for a server that is not needed for a start: only what it says is looked at.
    pub(super) async fn try_out_if_it_answers(&self) -> Result<(), StoreError> {
        match timeout(PROBE, self.try_out()).await {
            Ok(Err(error @ StoreError::Failed(_))) if self.session.schema().is_some() => Err(error),
            _ => Ok(()),
        }
    }

    /// See [`Session::missing`].
    #[cfg(test)]
    pub(super) async fn missing_settings(&self) -> Result<Vec<String>, StoreError> {
        let mut connection = self.connect.connect().await.map_err(refused)?;
        self.session.missing(&mut connection).await
    }

    /// The schema that the URL names.
    pub(super) fn schema(&self) -> Option<&str> {
        self.session.schema()
    }

    /// Asks whether the server answers, on a connection beside the pool: one that is merely
    /// exhausted says nothing about it, and an older one may lead to what was the primary once.
    pub(super) async fn answer(&self) -> Result<Answer, StoreError> {
        match timeout(PROBE, self.ask(dialect::IS_READ_ONLY)).await {
            Ok(Ok(answer)) if self.is_primary && answer == dialect::YES => Ok(Answer::IsReadOnly),
            Ok(Ok(_)) => Ok(Answer::Works),
            Ok(Err(error)) if dialect::has_too_many_connections(&error) => {
                Ok(Answer::IsCrowded(error.to_string()))
            }
            Ok(Err(error)) => Err(refused(error)),
            Err(_) => Err(Failure::took_longer_than(PROBE).into()),
        }
    }

    async fn ask(&self, question: &'static str) -> Result<String, sqlx::Error> {
        let mut connection = self.connect.connect().await?;
        let asked = sqlx::query_scalar(question);
        let answer = asked.fetch_one(&mut connection).await?;
        connection.close().await?;
        Ok(answer)
    }
}

/// Begins a unit of work, in a task of its own: sqlx forgets a `BEGIN` whose caller goes away
/// before the answer, and would hand out the connection again with a transaction open on it, in
/// which later writes would be lost. The task waits for the answer, and then rolls back.
pub(super) async fn begin(connections: DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let options = dialect::unit_of_work();
    let begun = async move { connections.begin_with_options(options).await };
    let begun = tokio::spawn(begun.in_current_span());
    match begun.await {
        Ok(result) => result,
        // It panicked, or the process ends.
        Err(_) => Err(DbErr::Conn(RuntimeErr::SqlxError(sqlx::Error::WorkerCrashed.into()))),
    }
}

/// What a migration's transaction begins with. Its statements may take as long as they take; who
/// migrates is decided by a number that is locked, and waited for no longer than `patience`. After
/// that, a step that can't have its table soon gives up, because everybody else waits behind it.
pub(super) fn limits_of_a_migration(patience: Duration) -> String {
    format!(
        "SET LOCAL statement_timeout = 0; \
         SET LOCAL idle_in_transaction_session_timeout = 0; \
         SET LOCAL lock_timeout = {patience}; \
         SELECT pg_advisory_xact_lock({MIGRATION_LOCK}); \
         SET LOCAL lock_timeout = {step}",
        patience = patience.as_millis(),
        step = STEP_PATIENCE.as_millis(),
    )
}

fn connect_options(address: PgConnectOptions, session: &Session) -> PgConnectOptions {
    let named = match address.get_application_name() {
        Some(_) => address,
        None => address.application_name("basalt"),
    };
    named.options(session.settings()).disable_statement_logging()
}

/// Adds to the errors that another try will not mend what will.
fn refused(error: sqlx::Error) -> StoreError {
    let code = error.as_database_error().and_then(|error| Some(error.code()?.into_owned()));
    let advice = match code.as_deref() {
        Some("28P01" | "28000") => "check user and password in the database URL",
        Some("3D000") => "create the database, or name another one in the database URL",
        Some("42501") => "give the user of the database URL the right to connect",
        Some("08P01") if error.to_string().contains("startup parameter") => {
            "let the pooler pass on what connections ask for, or ignore it (PgBouncer: \
             ignore_startup_parameters = extra_float_digits,options)"
        }
        // Closed to everybody, as while it is restored, and not for good.
        Some("55000") => return StoreError::unavailable(error),
        _ => return driver_failed(error),
    };
    StoreError::failed(format!("{error}; {advice}"))
}
