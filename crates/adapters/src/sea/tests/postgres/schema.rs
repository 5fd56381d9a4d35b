use basalt_domain::ports::StoreError;
use basalt_migrations::known;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn of_several_that_migrate_at_once_one_does_and_all_of_them_work() {
    let Some(on_server) = OnServer::unmigrated().await else {
        return;
    };
    let start = |number| {
        let url = on_server.database.url().to_owned();
        tokio::spawn(async move {
            let store = SeaStore::connect(options(&url)).await?;
            let applied = store.migrate_up().await?.len();
            let written = store.users().insert(&user(number), &hash()).await;
            written.map_err(StoreError::failed)?;
            Ok::<_, StoreError>(applied)
        })
    };
    let starts: Vec<_> = (1..=6).map(start).collect();
    let mut applied = 0;
    for start in starts {
        applied += start.await.unwrap().unwrap();
    }
    assert_eq!(applied, known().len());
}

#[tokio::test]
async fn a_migration_waits_longer_than_a_statement_may_take() {
    let Some(on_server) = OnServer::unmigrated().await else {
        return;
    };
    let other = on_server.store.transaction().await.unwrap();
    let lock = "SELECT pg_advisory_xact_lock(1650553697, 0)";
    other.execute_unprepared(lock).await.unwrap();
    let hasty = on_server
        .beside(|options| {
            options.acquire_timeout = Duration::from_secs(2);
            options.statement_timeout = Duration::from_secs(1);
        })
        .await;
    let migrating = tokio::spawn(async move { hasty.migrate_up().await });
    other.execute_unprepared("SELECT pg_sleep(3)").await.unwrap();
    assert!(!migrating.is_finished(), "it has waited longer than that");
    other.commit().await.unwrap();
    assert_eq!(migrating.await.unwrap().unwrap(), known());
}

#[tokio::test]
async fn a_step_that_fails_leaves_nothing_of_the_steps_before_it() {
    let Some(on_server) = OnServer::unmigrated().await else {
        return;
    };
    let store = &on_server.store;
    run(store, "CREATE TABLE revoked_tokens (note TEXT)").await;
    assert!(matches!(store.migrate_up().await, Err(StoreError::Failed(_))));
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(value::<i64>(&store.reader, tables).await, 1);
}

#[tokio::test]
async fn steps_are_undone_one_by_one_and_can_be_applied_again() {
    let Some(on_server) = OnServer::new().await else {
        return;
    };
    for name in known().into_iter().rev() {
        let undone = on_server.store.migrate_down_one().await.unwrap();
        assert_eq!(undone, Some(name));
    }
    assert_eq!(on_server.store.migrate_down_one().await.unwrap(), None);
    assert_eq!(on_server.store.migrate_up().await.unwrap(), known());
}
