//! What a connection did not do is begun once more on another.

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr,
    Statement,
};

use super::{
    failure::{Undone, undone},
    pool::Pool,
};

impl Pool {
    /// Does `work`, and once more on another connection if the first was of no use before anything
    /// was done on it. What was lost without an answer is repeated only where that `is_harmless`.
    pub(super) async fn again<T, W>(
        &self,
        is_harmless: bool,
        work: impl Fn(DatabaseConnection) -> W,
    ) -> Result<T, DbErr>
    where
        W: Future<Output = Result<T, DbErr>>,
    {
        let done = work(self.connections()).await;
        let Err(error) = &done else {
            return done;
        };
        match undone(error, is_harmless) {
            Some(Undone::ForTheConnection) => {
                self.give_up_connections();
                self.doubt();
            }
            Some(Undone::ForAnother) => {}
            None => return done,
        }
        tracing::debug!(%error, "nothing was done; once more, on another connection");
        work(self.connections()).await
    }

    async fn run<T, W>(
        &self,
        statement: Statement,
        work: impl Fn(DatabaseConnection, Statement) -> W,
    ) -> Result<T, DbErr>
    where
        W: Future<Output = Result<T, DbErr>>,
    {
        let is_read = ["SELECT", "WITH"].iter().any(|read| statement.sql.starts_with(read));
        if !is_read && self.is_read_only() {
            let refused = RuntimeErr::Internal("the database takes no writes".to_owned());
            return Err(DbErr::Conn(refused));
        }
        self.again(is_read, |connections| work(connections, statement.clone())).await
    }
}

/// Runs each statement on the connections of its moment, and once more on others where it was not
/// done.
#[async_trait]
impl ConnectionTrait for Pool {
    fn get_database_backend(&self) -> DbBackend {
        if self.is_server() { DbBackend::Postgres } else { DbBackend::Sqlite }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let run = async |connections: DatabaseConnection, statement| {
            connections.execute_raw(statement).await
        };
        self.run(statement, run).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let run = async |connections: DatabaseConnection| connections.execute_unprepared(sql).await;
        self.again(false, run).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let run = async |connections: DatabaseConnection, statement| {
            connections.query_one_raw(statement).await
        };
        self.run(statement, run).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let run = async |connections: DatabaseConnection, statement| {
            connections.query_all_raw(statement).await
        };
        self.run(statement, run).await
    }
}
