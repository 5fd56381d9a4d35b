//! The stores in SQL databases, through `SeaORM`: `SQLite` and `PostgreSQL`.
//!
//! **What is here.** [`SeaStore`] opens the database, migrates it and hands out `Sea`, which
//! implements the repositories once for both places where they are used: on the pools
//! (`Sea<Pool>`, each call a transaction by itself) and within a unit of work
//! (`Sea<DatabaseTransaction>`, see `SeaUnit`). A `Pool` watches its server: while a probe says
//! that it is away, calls fail at once, while it takes no writes, writes do
//! (`probing.rs`), and afterwards its connections are replaced. What turned out dead before anything
//! was done on it is begun once more (`Pool::again`).
//! `replica.rs` reads from a second server what may be a little old, and `list_states.rs` which
//! version the lists have.
//!
//! **What must never be here.** Rules. Rows are read through the domain's own doors, so that a row
//! the domain does not take is an error, never skipped.
//!
//! **How to extend it.** A new aggregate gets its table in `basalt-migrations`, its columns in
//! `entity/`, and one file that implements its port for `Sea<C>`. A new database gets a file beside
//! `sqlite.rs` and `postgres.rs` that opens it; what its statements and errors do differently
//! belongs in `dialect.rs` and nowhere else.

mod address;
mod again;
mod auth_states;
mod backup;
mod dialect;
mod entity;
mod failure;
mod file;
mod idempotency;
mod life;
mod list_states;
mod listing;
mod moment;
mod pool;
mod postgres;
mod posts;
mod presence;
mod probing;
mod replica;
mod row;
mod schema;
mod searching;
mod server_lock;
mod session;
mod sql;
mod sqlite;
mod store;
#[cfg(test)]
mod tests;
mod unit;
mod users;

use std::{
    pin::pin,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr};

use failure::Failure;
use pool::Pool;
use unit::SeaUnit;

pub use address::{AddressError, PostgresAddress};
pub use backup::BackupError;
pub use server_lock::ServerLock;
pub use sqlite::sqlite_file;
pub use store::{SeaOptions, SeaStore};

/// The repositories on a connection `C`: a pool or a transaction.
struct Sea<C> {
    reader: C,
    /// The pool that writes go to. `None` within a unit of work, where one transaction does both.
    writer: Option<C>,
    /// The connections behind it all, which are told of what goes wrong and of what is written.
    pool: Pool,
    /// How long one call may take, the wait for a connection included. The database has limits of
    /// its own, but a database that hangs does not keep them.
    patience: Duration,
    /// Within a unit of work: a call failed, so that nobody knows what the transaction holds, or
    /// whether there still is one.
    spoiled: AtomicBool,
}

impl Sea<Pool> {
    fn on_pools(reader: Pool, writer: Pool, patience: Duration) -> Self {
        Self {
            reader,
            pool: writer.clone(),
            writer: Some(writer),
            patience,
            spoiled: AtomicBool::new(false),
        }
    }
}

impl Sea<DatabaseTransaction> {
    fn within(transaction: DatabaseTransaction, pool: Pool, patience: Duration) -> Self {
        Self { reader: transaction, writer: None, pool, patience, spoiled: AtomicBool::new(false) }
    }
}

impl<C: ConnectionTrait> Sea<C> {
    fn reader(&self) -> &C {
        &self.reader
    }

    fn writer(&self) -> &C {
        self.pool.note_write();
        self.broom()
    }

    /// For writes that nobody sees: of what has expired.
    fn broom(&self) -> &C {
        self.writer.as_ref().unwrap_or(&self.reader)
    }

    fn backend(&self) -> DbBackend {
        self.reader.get_database_backend()
    }

    fn is_unit(&self) -> bool {
        self.writer.is_none()
    }

    /// Does `work` within the time that a call may take, and says what went wrong in our words.
    async fn run<T>(
        &self,
        work: impl Future<Output = Result<T, DbErr>> + Send,
    ) -> Result<T, Failure> {
        if self.spoiled.load(Ordering::Relaxed) {
            return Err(Failure::spoiled());
        }
        let result = watched(&self.pool, self.patience, work).await;
        if !self.is_unit() {
            return result;
        }
        result.map_err(|failure| {
            if self.is_spoiled_by(&failure) {
                self.spoiled.store(true, Ordering::Relaxed);
            }
            failure.within_a_unit()
        })
    }

    /// `SQLite` takes back a statement that a constraint refused; `PostgreSQL` then gives up the
    /// whole transaction and answers a `COMMIT` by rolling back, without an error.
    fn is_spoiled_by(&self, failure: &Failure) -> bool {
        matches!(failure, Failure::Store(_) | Failure::Lost(_))
            || self.backend() == DbBackend::Postgres
    }
}

/// Does `work` on connections of `pool` unless their server is away, and has it looked after when
/// `work` makes that likely.
async fn watched<T>(
    pool: &Pool,
    patience: Duration,
    work: impl Future<Output = Result<T, DbErr>> + Send,
) -> Result<T, Failure> {
    pool.check()?;
    let mut work = pin!(tokio::time::timeout(patience, work));
    // Dropped before the work, and with it what has the connection.
    let waiting = Waiting(pool);
    let result = match work.as_mut().await {
        Ok(result) => {
            std::mem::forget(waiting);
            result.inspect_err(|error| pool.note_error(error)).map_err(Failure::from)
        }
        Err(_) => Err(Failure::took_longer_than(patience)),
    };
    match &result {
        Ok(_) => pool.note_answer(),
        Err(failure) => {
            if failure.is_of_connection() {
                pool.give_up_connections();
            }
            if failure.is_unavailable() {
                pool.doubt();
            }
        }
    }
    result
}

/// Notes, when it is dropped, that an answer is not waited for any more.
struct Waiting<'a>(&'a Pool);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.note_abandoned();
    }
}
