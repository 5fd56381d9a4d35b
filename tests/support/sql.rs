//! The database from below: for what no client can arrange, such as ten thousand posts, a row that
//! is corrupt, or another process that holds the lock.

use std::path::Path;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};

/// A connection of its own.
pub(crate) struct Sql(DatabaseConnection);

impl Sql {
    /// Opens the file that a server uses.
    pub(crate) async fn open(database: &Path) -> Self {
        let mut options = ConnectOptions::new(format!("sqlite://{}", database.display()));
        // What begins on a connection has to end on the same one.
        options.max_connections(1).sqlx_logging(false);
        Self(Database::connect(options).await.expect("the file opens"))
    }

    /// Runs statements.
    pub(crate) async fn run(&self, sql: &str) -> u64 {
        let done = self.0.execute_unprepared(sql).await;
        done.expect("the statement is good").rows_affected()
    }

    /// Keeps every other connection from writing until [`Sql::release`].
    pub(crate) async fn hold(&self) {
        self.run("BEGIN IMMEDIATE").await;
    }

    /// Lets others write again.
    pub(crate) async fn release(&self) {
        self.run("ROLLBACK").await;
    }
}
