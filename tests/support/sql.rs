//! The database from below: for what no client can arrange, such as ten thousand posts, a row that
//! is corrupt, or another process that holds the lock.

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};

use super::Combination;

/// A connection of its own.
pub(crate) struct Sql(DatabaseConnection);

impl Sql {
    /// Opens the database that a server uses.
    pub(crate) async fn open(url: &str) -> Self {
        let mut options = ConnectOptions::new(url);
        // What begins on a connection has to end on the same one.
        options.max_connections(1).sqlx_logging(false);
        Self(Database::connect(options).await.expect("it opens"))
    }

    /// Runs statements.
    pub(crate) async fn run(&self, sql: &str) -> u64 {
        let done = self.0.execute_unprepared(sql).await;
        done.expect("the statement is good").rows_affected()
    }

    /// The expression for an id that is new in each row.
    pub(crate) fn random_id() -> &'static str {
        if Combination::here().postgres { "gen_random_uuid()" } else { "randomblob(16)" }
    }

    /// Keeps every other connection from writing until [`Sql::release`]. They may read.
    pub(crate) async fn hold(&self) {
        if Combination::here().postgres {
            self.run("BEGIN").await;
            let tables = "users, posts, idempotency_records, revoked_tokens";
            self.run(&format!("LOCK TABLE {tables} IN EXCLUSIVE MODE")).await;
        } else {
            self.run("BEGIN IMMEDIATE").await;
        }
    }

    /// Has each commit of a new post wait until [`Sql::let_commits_go`]. PostgreSQL alone can.
    pub(crate) async fn hold_commits(&self) {
        let trigger = "
            CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER commits_wait AFTER INSERT ON posts
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait();";
        self.run(trigger).await;
        self.run("SELECT pg_advisory_lock(4711)").await;
    }

    /// Whether one does.
    pub(crate) async fn a_commit_waits(&self) -> bool {
        let waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
        self.run(waiting).await > 0
    }

    /// Lets them go on.
    pub(crate) async fn let_commits_go(&self) {
        self.run("SELECT pg_advisory_unlock(4711)").await;
    }

    /// Lets others write again.
    pub(crate) async fn release(&self) {
        self.run("ROLLBACK").await;
    }
}
