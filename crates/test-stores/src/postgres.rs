//! Databases of PostgreSQL.

use std::time::Duration;

use sea_orm::{ConnectionTrait as _, DbErr, Statement};
use tokio::sync::OnceCell;
use url::Url;
use uuid::Uuid;

use crate::{
    choice::{Shared, on_own_runtime, require, shared, wait_for},
    kind::{Kind, connect},
    programs::random,
};

/// Names of databases begin so.
const PREFIX: &str = "basalt_test_";

/// Databases this old, on a server that was given, are of processes that were killed.
const STALE: Duration = Duration::from_hours(2);

static POSTGRES: OnceCell<Option<Postgres>> = OnceCell::const_new();

/// The server that all tests of this process share. `None`: there is none, which was said on
/// stderr; with `CI=true` that fails.
pub async fn postgres() -> Option<&'static Postgres> {
    let found = POSTGRES.get_or_init(|| async {
        let postgres = Postgres(shared(Kind::Postgres).await?);
        postgres.clear_up().await;
        Some(postgres)
    });
    require(Kind::Postgres, found.await.as_ref())
}

/// A PostgreSQL in which tests make databases.
pub struct Postgres(Shared);

impl Postgres {
    /// Where it is, for a process that is started by this one: as its `TEST_DATABASE_URL`.
    pub fn url(&self) -> &str {
        self.0.url.as_str()
    }

    /// A database with nothing in it.
    pub async fn database(&self) -> Database {
        self.create("template0").await
    }

    /// A copy of this database, to which nobody may be connected.
    pub async fn database_like(&self, template: &Database) -> Database {
        self.create(&template.name).await
    }

    async fn create(&self, template: &str) -> Database {
        let name = format!("{PREFIX}{}", random().simple());
        let sql = format!("CREATE DATABASE {name} TEMPLATE {template}");
        let administration = self.0.url.clone();
        let created = on_own_runtime(async move {
            let created = administer(&administration, &sql).await;
            created.map_err(|error| format!("{sql}: {error}"))
        });
        created.await.unwrap_or_else(|error| panic!("{error}"));
        let mut url = self.0.url.clone();
        url.set_path(&name);
        Database { name, url: url.into(), administration: self.0.url.clone() }
    }

    /// A server of one's own ends with the process; one that was given keeps what a process that
    /// was killed left there.
    async fn clear_up(&self) {
        if !self.0.given {
            return;
        }
        let administration = self.0.url.clone();
        let cleared = on_own_runtime(async move { drop_stale(&administration).await });
        cleared
            .await
            .unwrap_or_else(|error| panic!("old test databases can't be dropped: {error}"));
    }
}

/// A database of a test's own. It is gone when this is dropped, whoever is connected.
pub struct Database {
    name: String,
    url: String,
    administration: Url,
}

impl Database {
    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs statements in it, as its administrator.
    pub async fn run(&self, sql: &str) {
        let mut url = self.administration.clone();
        url.set_path(&self.name);
        let sql = sql.to_owned();
        let ran = on_own_runtime(async move {
            let ran = administer(&url, &sql).await;
            ran.map_err(|error| format!("{sql}: {error}"))
        });
        ran.await.unwrap_or_else(|error| panic!("{error}"));
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (url, sql) = (self.administration.clone(), dropping(&self.name));
        // A server that is gone has no databases either.
        wait_for(async move { drop(administer(&url, &sql).await) });
    }
}

fn dropping(name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")
}

/// Each time on a connection of its own: it can't outlive the runtime of the test that asks.
async fn administer(url: &Url, sql: &str) -> Result<(), DbErr> {
    let connection = connect(url).await?;
    let done = connection.execute_unprepared(sql).await;
    connection.close().await?;
    done.map(drop)
}

async fn drop_stale(url: &Url) -> Result<(), DbErr> {
    let seconds = |id: Uuid| id.get_timestamp().map_or(0, |time| time.to_unix().0);
    let now = seconds(random());
    let connection = connect(url).await?;
    let sql = format!("SELECT datname FROM pg_database WHERE datname LIKE '{PREFIX}%'");
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    for row in connection.query_all_raw(statement).await? {
        let name: String = row.try_get_by("datname")?;
        let made = Uuid::try_parse(name.trim_start_matches(PREFIX)).map_or(now, seconds);
        if now.saturating_sub(made) > STALE.as_secs() {
            connection.execute_unprepared(&dropping(&name)).await?;
        }
    }
    connection.close().await
}
