use basalt_domain::ports::StoreError;
use basalt_migrations::known;

use super::*;
use basalt_domain::ports::SchemaState;

async fn unmigrated() -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let store = SeaStore::connect(options(&url_in(&folder))).await.unwrap();
    Fresh { store, folder }
}

async fn state(store: &SeaStore) -> SchemaState {
    store.migration_status().await.unwrap().state()
}

async fn remember_a_later_step(store: &SeaStore) {
    let remember = "INSERT INTO seaql_migrations VALUES ('m99990101_000001_later', 1)";
    store.writer.execute_raw(sql(remember)).await.unwrap();
}

#[tokio::test]
async fn a_new_file_is_too_old_until_it_is_migrated() {
    let Fresh { store, folder: _in } = unmigrated().await;
    assert_eq!(state(&store).await, SchemaState::TooOld);
    assert_eq!(store.migrate_up().await.unwrap(), known());
    assert_eq!(state(&store).await, SchemaState::Current);
    assert_eq!(store.migrate_up().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn steps_are_undone_one_by_one_and_can_be_applied_again() {
    let Fresh { store, folder: _in } = Fresh::new().await;
    for name in known().into_iter().rev() {
        assert_eq!(store.migrate_down_one().await.unwrap(), Some(name));
        assert_eq!(state(&store).await, SchemaState::TooOld);
    }
    assert_eq!(store.migrate_down_one().await.unwrap(), None);
    assert_eq!(store.migrate_up().await.unwrap(), known());
}

#[tokio::test]
async fn a_schema_of_a_later_release_is_left_as_it_is() {
    let Fresh { store, folder: _in } = Fresh::new().await;
    remember_a_later_step(&store).await;
    let status = store.migration_status().await.unwrap();
    assert_eq!(status.state(), SchemaState::Newer);
    assert_eq!(status.unknown, ["m99990101_000001_later"]);
    assert_eq!(store.migrate_up().await.unwrap(), Vec::<String>::new());

    let undone = store.migrate_down_one().await;
    let Err(StoreError::Failed(cause)) = undone else {
        panic!("a step that nobody here knows was undone");
    };
    assert!(cause.to_string().contains("m99990101_000001_later"));
}

#[tokio::test]
async fn a_step_that_fails_leaves_nothing_of_the_steps_before_it() {
    let Fresh { store, folder: _in } = unmigrated().await;
    let theirs = "CREATE TABLE revoked_tokens (note TEXT)";
    store.writer.execute_raw(sql(theirs)).await.unwrap();
    assert!(matches!(store.migrate_up().await, Err(StoreError::Failed(_))));
    let tables: i64 =
        value(&store.reader, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'").await;
    assert_eq!(tables, 1);
}
