//! What is particular to `PostgreSQL`. Without one, which the crate of test stores says, nothing is
//! tested here; with `CI=true` that fails.

mod connections;
mod limits;
mod opening;
mod outage;
mod plans;
mod refusals;
mod replica;
mod schema;
mod session;
mod units;

use basalt_test_stores::{Database, postgres};

use super::*;

/// A migrated store in a database of its own.
struct OnServer {
    store: SeaStore,
    database: Database,
}

impl OnServer {
    async fn new() -> Option<Self> {
        let on_server = Self::unmigrated().await?;
        on_server.store.migrate_up().await.unwrap();
        Some(on_server)
    }

    async fn unmigrated() -> Option<Self> {
        let database = postgres().await?.database().await;
        let store = SeaStore::connect(options(database.url())).await.unwrap();
        Some(Self { store, database })
    }

    /// The same database, opened as another process would.
    async fn beside(&self, options: impl FnOnce(&mut SeaOptions)) -> SeaStore {
        let mut chosen = super::options(self.database.url());
        options(&mut chosen);
        SeaStore::connect(chosen).await.unwrap()
    }
}

async fn run(store: &SeaStore, statement: &str) {
    store.writer.execute_unprepared(statement).await.unwrap();
}

fn assert_unavailable<T>(result: Result<T, basalt_domain::ports::StoreError>) {
    match result {
        Err(basalt_domain::ports::StoreError::Unavailable(_)) => {}
        Err(other) => panic!("not unavailable but: {other:?}"),
        Ok(_) => panic!("what should be out of reach answered"),
    }
}
