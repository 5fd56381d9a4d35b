//! The store in `SQLite`, each in a file of its own.

use std::time::Duration;

use basalt_adapters::sea::{SeaOptions, SeaStore};
use basalt_contract::Store;

async fn fresh() -> Store {
    let folder = tempfile::tempdir().expect("a temporary folder is made");
    let file = folder.path().join("basalt.db");
    let store = SeaStore::connect(SeaOptions {
        url: format!("sqlite://{}", file.display()),
        max_connections: 4,
        // Twenty rivals on a slow disk wait for one writer.
        acquire_timeout: Duration::from_secs(20),
        statement_timeout: Duration::from_secs(20),
    })
    .await
    .expect("an empty file is opened");
    store.migrate_up().await.expect("an empty file is migrated");
    Store::new(
        store.users(),
        store.posts(),
        store.auth_states(),
        store.idempotency(),
        store,
    )
    .keeping(folder)
}

basalt_contract::store_tests!(fresh);
