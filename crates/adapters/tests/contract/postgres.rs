//! The store in a `PostgreSQL` database of its own for each test.

use std::time::Duration;

use basalt_adapters::sea::{SeaOptions, SeaStore};
use basalt_contract::Store;
use basalt_test_stores::{Database, postgres};
use tokio::sync::OnceCell;

/// Migrated once; each test has a copy.
static TEMPLATE: OnceCell<Database> = OnceCell::const_new();

/// A migrated database of the test's own. `None` where there is no `PostgreSQL`, which was said.
pub(crate) async fn open() -> Option<(SeaStore, Database)> {
    let server = postgres().await?;
    let template = TEMPLATE.get_or_init(|| async {
        let template = server.database().await;
        let store = connect(&template).await;
        let migrated = store.migrate_up().await;
        migrated.expect("a new database is migrated");
        store.close().await.expect("its connections are closed");
        template
    });
    let database = server.database_like(template.await).await;
    Some((connect(&database).await, database))
}

async fn connect(database: &Database) -> SeaStore {
    let store = SeaStore::connect(SeaOptions {
        url: database.url().to_owned(),
        make_file: true,
        read_url: None,
        max_connections: 4,
        acquire_timeout: Duration::from_secs(30),
        statement_timeout: Duration::from_secs(30),
    });
    store.await.expect("a database is opened")
}

async fn fresh() -> Option<Store> {
    let (store, database) = open().await?;
    let store = Store::new(
        store.users(),
        store.posts(),
        store.auth_states(),
        store.idempotency(),
        store.clone(),
        store,
    );
    Some(store.keeping(database))
}

basalt_contract::store_tests!(fresh);
