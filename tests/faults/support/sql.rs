//! The database itself, asked without the server: what it holds is the truth.

use std::collections::BTreeMap;

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement, prelude::Uuid,
};

/// A connection of its own.
pub(crate) struct Sql(DatabaseConnection);

impl Sql {
    /// Connects.
    pub(crate) async fn open(url: &str) -> Self {
        let mut options = ConnectOptions::new(url);
        // What begins on a connection has to end on the same one.
        options.max_connections(1).sqlx_logging(false);
        Self(Database::connect(options).await.expect("the database"))
    }

    /// Runs statements.
    pub(crate) async fn run(&self, sql: &str) {
        let done = self.0.execute_unprepared(sql).await;
        done.expect("the statement is good");
    }

    /// The rows of a query with two columns, the first of them text.
    async fn rows(&self, sql: &str) -> Vec<sea_orm::QueryResult> {
        let statement = Statement::from_string(self.0.get_database_backend(), sql);
        let rows = self.0.query_all_raw(statement).await;
        rows.expect("the query is good")
    }

    /// Texts of a query with one column.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let text = |row: sea_orm::QueryResult| row.try_get_by_index(0).expect("a text");
        self.rows(sql).await.into_iter().map(text).collect()
    }

    /// Ids of all posts, by title.
    pub(crate) async fn posts(&self) -> BTreeMap<String, Vec<String>> {
        let mut posts: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in self.rows("SELECT title, id FROM posts").await {
            let title = row.try_get_by_index(0).expect("a title");
            let id: Uuid = row.try_get_by_index(1).expect("an id");
            posts.entry(title).or_default().push(id.to_string());
        }
        posts
    }

    /// Titles of the posts on the first page of the given length, sorted.
    pub(crate) async fn first_page(&self, length: usize) -> Vec<String> {
        let sql = format!(
            "SELECT title FROM posts WHERE published ORDER BY created_at DESC, id LIMIT {length}"
        );
        let mut titles = self.texts(&sql).await;
        titles.sort();
        titles
    }
}
