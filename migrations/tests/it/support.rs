//! Databases of both kinds: `SQLite` in memory, and `PostgreSQL`. Without a `PostgreSQL`, which the
//! crate of test stores says, there is `SQLite` alone; with `CI=true` that fails.

use basalt_test_stores::{Database as OnServer, postgres};
use sea_orm_migration::sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement,
};

/// An empty database. On a server it is gone with this.
pub(crate) struct Empty {
    pub(crate) db: DatabaseConnection,
    pub(crate) on_server: Option<OnServer>,
}

/// One of each kind.
pub(crate) async fn empty_databases() -> Vec<Empty> {
    let mut databases = vec![Empty { db: connect("sqlite::memory:").await, on_server: None }];
    if let Some(server) = postgres().await {
        let on_server = server.database().await;
        databases.push(Empty { db: connect(on_server.url()).await, on_server: Some(on_server) });
    }
    databases
}

/// One connection that is never closed: a database in memory goes with it.
pub(crate) async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

pub(crate) async fn texts(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let rows = db.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// An id as both databases read it.
pub(crate) fn id(db: &DatabaseConnection, id: u8) -> String {
    match db.get_database_backend() {
        DbBackend::Sqlite => format!("x'{id:032x}'"),
        _ => format!("'{id:032x}'::uuid"),
    }
}

pub(crate) async fn insert_user(db: &DatabaseConnection, number: u8) -> Result<(), String> {
    let sql = format!(
        "INSERT INTO users (id, email, name, name_folded, role, active, version, token_generation, \
         password_hash, created_at, updated_at) VALUES ({}, 'user{number}@example.com', 'Ann', \
         'ann', 'USER', true, 1, 1, 'hash', 5, 5)",
        id(db, number)
    );
    execute(db, &sql).await
}

pub(crate) async fn execute(db: &DatabaseConnection, sql: &str) -> Result<(), String> {
    match db.execute_unprepared(sql).await {
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}
