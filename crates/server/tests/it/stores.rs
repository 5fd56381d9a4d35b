//! A start with stores that are gone, or not ready yet.

use basalt_adapters::sea::{SeaOptions, SeaStore};
use basalt_server::application::Application;
use std::time::Duration;

use crate::support::{
    folder,
    in_process::{beside, config, exchange, local, ready, status, until_ready_says},
    process::{Server, run, stderr, stdout},
};

/// A port on which nobody listens.
const NOBODY: &str = "127.0.0.1:1";

/// With PostgreSQL one would be made in `data/`, which is not the test's own.
const SECRET: (&str, &str) = ("JWT_SECRET", "a secret of these tests");

async fn told(address: std::net::SocketAddr, path: &str) -> String {
    let head = format!("GET {path} HTTP/1.1\r\nHost: x\r\n");
    exchange(address, &head, "").await.unwrap()
}

#[tokio::test]
async fn without_its_redis_it_starts_degraded_and_serves() {
    let folder = folder();
    let redis = format!("redis://{NOBODY}");
    let config = config(&folder, &[("REDIS_URL", &redis)]);
    let application = Application::build(config).await.unwrap();
    local(beside(application, async |address| {
        for _ in 0..20 {
            assert_eq!(status(address, "/api/posts").await.unwrap(), "200");
        }
        let answer = told(address, "/health/ready").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains(r#"{"status":"degraded","parts":["redis"]}"#), "{answer}");
    }))
    .await;
}

#[tokio::test]
async fn without_its_postgresql_it_listens_and_is_not_ready() {
    let folder = folder();
    let database = format!("postgres://basalt:hunter2@{NOBODY}/basalt");
    let config = config(&folder, &[("DATABASE_URL", &database), SECRET]);
    let application = Application::build(config).await.unwrap();
    local(beside(application, async |address| {
        assert_eq!(ready(address).await.unwrap(), "503");
        assert_eq!(status(address, "/health/live").await.unwrap(), "200");
        let answer = told(address, "/api/posts").await;
        assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
        assert!(answer.to_lowercase().contains("\r\nretry-after: "), "{answer}");
        assert!(!answer.contains("hunter2"), "{answer}");
    }))
    .await;
}

/// Brings a schema up to date that nobody has touched.
async fn migrate(url: &str) {
    let store = SeaStore::connect(SeaOptions {
        url: url.to_owned(),
        make_file: true,
        read_url: None,
        max_connections: 2,
        acquire_timeout: Duration::from_secs(10),
        statement_timeout: Duration::from_secs(10),
    });
    let store = store.await.unwrap();
    let missing = store.migration_status().await.unwrap();
    assert!(missing.steps.iter().all(|step| !step.applied));
    store.migrate_up().await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test]
async fn it_does_not_touch_the_schema_of_a_shared_database_and_waits_for_whoever_does() {
    let Some(postgres) = basalt_test_stores::postgres().await else {
        return;
    };
    let database = postgres.database().await;
    let folder = folder();
    let config = config(&folder, &[("DATABASE_URL", database.url()), SECRET]);
    let application = Application::build(config).await.unwrap();
    local(beside(application, async |address| {
        assert_eq!(ready(address).await.unwrap(), "503");
        Box::pin(migrate(database.url())).await;
        until_ready_says(address, "200").await;
        assert_eq!(status(address, "/api/posts").await.unwrap(), "200");
    }))
    .await;
}

#[tokio::test]
async fn a_role_that_may_only_make_tables_in_its_schema_migrates_without_a_word_of_what_it_misses()
{
    let Some(postgres) = basalt_test_stores::postgres().await else {
        return;
    };
    let database = postgres.database().await;
    let role = format!("role_of_{}", database.name());
    let make =
        format!("CREATE ROLE {role} LOGIN PASSWORD 'one'; CREATE SCHEMA app AUTHORIZATION {role}");
    database.run(&make).await;
    let (_, place) = database.url().rsplit_once('@').unwrap();
    let url = format!("postgres://{role}:one@{place}?options=-csearch_path%3Dapp");
    let (folder, env) = (folder(), [("DATABASE_URL", url.as_str()), SECRET]);
    for (command, says) in [("up", "applied"), ("status", "up to date")] {
        let output = run(&folder, &["migrate", command], &env);
        assert!(output.status.success(), "{}", stderr(&output));
        let said = stdout(&output) + &stderr(&output);
        assert!(said.contains(says) && !said.contains("pg_trgm"), "{said}");
    }
    let (code, said, _) = Server::start(&folder, &env).terminate();
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("WARN"), "{said}");
    let leave = format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role}");
    database.run(&leave).await;
}
