use std::time::Instant;

use basalt_domain::ports::StoreError;
use tokio::net::TcpListener;

use super::*;

async fn refusal(url: &str) -> String {
    let Err(StoreError::Failed(cause)) = SeaStore::connect(options(url)).await else {
        panic!("{url} is not refused for good");
    };
    cause.to_string()
}

/// `url` with another path.
fn with_path(url: &str, path: &str) -> String {
    let (before, _) = url.rsplit_once('/').unwrap();
    format!("{before}/{path}")
}

#[tokio::test]
async fn every_connection_has_the_limits_that_the_promises_rest_on() {
    let Some(on_server) = OnServer::new().await else {
        return;
    };
    for (setting, value) in [
        ("statement_timeout", "20s"),
        ("lock_timeout", "15s"),
        ("idle_in_transaction_session_timeout", "40s"),
        ("default_transaction_isolation", "read committed"),
        ("application_name", "basalt"),
    ] {
        let shown: String = super::value(&on_server.store.reader, &format!("SHOW {setting}")).await;
        assert_eq!(shown, value, "{setting}");
    }
}

#[tokio::test]
async fn a_missing_database_and_an_unknown_user_are_refused_with_advice() {
    let Some(on_server) = OnServer::unmigrated().await else {
        return;
    };
    let url = on_server.database.url();
    let message = refusal(&with_path(url, "no_such_database")).await;
    assert!(message.contains("create the database"), "{message}");

    let (_, place) = url.rsplit_once('@').unwrap();
    let stranger = format!("postgres://nobody:wrong@{place}");
    let message = refusal(&stranger).await;
    assert!(message.contains("check user and password"), "{message}");
    assert!(!message.contains("wrong@"), "{message}");
}

#[tokio::test]
async fn a_database_that_does_not_know_every_character_is_refused() {
    let Some(on_server) = OnServer::unmigrated().await else {
        return;
    };
    let name = format!("ascii_{}", std::process::id());
    run(
        &on_server.store,
        &format!("CREATE DATABASE {name} ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"),
    )
    .await;
    let message = refusal(&with_path(on_server.database.url(), &name)).await;
    run(&on_server.store, &format!("DROP DATABASE {name}")).await;
    assert!(message.contains("ENCODING 'UTF8'"), "{message}");
}

#[tokio::test]
async fn a_server_that_is_not_there_yet_is_worth_another_try() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let impatient = SeaOptions {
        acquire_timeout: Duration::from_millis(200),
        statement_timeout: Duration::from_millis(300),
        ..options(&format!("postgres://basalt@{address}/basalt"))
    };
    // It takes connections and says nothing.
    let begun = Instant::now();
    assert_unavailable(SeaStore::connect(impatient.clone()).await);
    assert!(begun.elapsed() >= Duration::from_millis(500));

    drop(listener);
    assert_unavailable(SeaStore::connect(impatient).await);
}

#[tokio::test]
async fn a_file_has_no_replica() {
    let folder = tempfile::tempdir().unwrap();
    let with_replica = SeaOptions {
        read_url: Some("postgres://localhost/basalt".to_owned()),
        ..options(&url_in(&folder))
    };
    let Err(StoreError::Failed(cause)) = SeaStore::connect(with_replica).await else {
        panic!("a file with a replica is not refused");
    };
    assert!(cause.to_string().contains("no replica"), "{cause}");
}

#[tokio::test]
async fn a_backup_is_left_to_the_servers_own_tools() {
    let Some(on_server) = OnServer::unmigrated().await else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("backup.db");
    let refused = on_server.store.backup(&target).await.unwrap_err();
    assert!(refused.to_string().contains("pg_dump"), "{refused}");
    assert!(!target.exists());
}
