//! The store in an SQLite file of its own for each test.

use std::time::Duration;

use basalt_adapters::sea::{SeaOptions, SeaStore};
use basalt_contract::Store;
use tempfile::TempDir;

/// A migrated database, and the folder that it lies in.
pub(crate) async fn open() -> (SeaStore, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let store = SeaStore::connect(SeaOptions {
        url: format!("sqlite://{}", folder.path().join("basalt.db").display()),
        make_file: true,
        read_url: None,
        max_connections: 4,
        acquire_timeout: Duration::from_secs(30),
        statement_timeout: Duration::from_secs(30),
    });
    let store = store.await.expect("a database file is opened");
    store.migrate_up().await.expect("a new database is migrated");
    (store, folder)
}

async fn fresh() -> Store {
    let (store, folder) = open().await;
    Store::new(
        store.users(),
        store.posts(),
        store.auth_states(),
        store.idempotency(),
        store.clone(),
        store,
    )
    .keeping(folder)
}

basalt_contract::store_tests!(fresh);
