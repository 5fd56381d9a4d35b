//! The stores of one server, or of several.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use basalt_test_stores::{Database, Keyspace, postgres, redis};
use tempfile::TempDir;

use super::{Combination, Sql};

/// A database and, where this combination has one, a keyspace of Redis. They are gone with the
/// last server that uses them.
pub(crate) struct Stores {
    folder: TempDir,
    database: Option<Database>,
    keyspace: Option<Keyspace>,
}

impl Stores {
    /// With nothing in them.
    pub(crate) async fn empty() -> Arc<Self> {
        let database = if Combination::here().postgres {
            let server = postgres().await.expect("the combination needs PostgreSQL");
            Some(server.database().await)
        } else {
            None
        };
        Self::around(database).await
    }

    /// With what is in the database of these, which no server uses now.
    pub(super) async fn like(template: &Self) -> Arc<Self> {
        let Some(database) = &template.database else {
            let stores = Self::around(None).await;
            let copied = std::fs::copy(template.file(), stores.file());
            copied.expect("the template can be copied");
            return stores;
        };
        let server = postgres().await.expect("it made the template");
        Self::around(Some(server.database_like(database).await)).await
    }

    async fn around(database: Option<Database>) -> Arc<Self> {
        let keyspace = if Combination::here().redis {
            let server = redis().await.expect("the combination needs Redis");
            Some(server.keyspace().await)
        } else {
            None
        };
        Arc::new(Self { folder: TempDir::new().expect("a temporary folder"), database, keyspace })
    }

    /// What a server has to be told.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let mut variables = vec![("DATABASE_URL", self.url()), ("AUTO_MIGRATE", "true".to_owned())];
        if let Some(keyspace) = &self.keyspace {
            variables.push(("REDIS_URL", keyspace.url().to_owned()));
            // Tests share two cores: what takes long must not look like what is broken.
            variables.push(("REDIS_TIMEOUT_MS", "20000".to_owned()));
        }
        variables
    }

    /// A folder for files: SQLite's, and a secret that a server makes.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The database from below.
    pub(crate) async fn sql(&self) -> Sql {
        Sql::open(&self.url()).await
    }

    /// The URL of the database.
    pub(crate) fn url(&self) -> String {
        match &self.database {
            Some(database) => database.url().to_owned(),
            None => format!("sqlite://{}", self.file().display()),
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("basalt.db")
    }
}
