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
        assert!(
            answer.contains(r#"{"status":"degraded","parts":["redis"]}"#),
            "{answer}"
        );
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
        assert!(
            answer.to_lowercase().contains("\r\nretry-after: "),
            "{answer}"
        );
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

/// What is slower without the extension, what an administrator runs, and what is to be done then.
const SLOW_SEARCHES: [&str; 3] = [
    "searches are slow in long lists",
    "an administrator runs CREATE EXTENSION pg_trgm",
    "`docker/stack run migrate up` makes the index",
];

/// Whether it says all of that once, or nothing of it.
fn tells_of_slow_searches(said: &str, how_often: usize) {
    for words in SLOW_SEARCHES {
        assert_eq!(said.matches(words).count(), how_often, "{words}: {said}");
    }
}

#[tokio::test]
async fn without_the_extension_for_searches_whoever_looks_is_told_once_what_to_run() {
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
    let folder = folder();
    let env = [
        ("DATABASE_URL", url.as_str()),
        ("BASALT_COMMAND", "docker/stack run"),
        SECRET,
    ];
    let said_by = |command: &str| {
        let output = run(&folder, &["migrate", command], &env);
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let said_at_a_start = || {
        let (code, said, _) = Server::start(&folder, &env).terminate();
        assert_eq!(code, Some(0), "{said}");
        said
    };

    let first = said_by("up");
    assert!(first.contains("applied"), "{first}");
    tells_of_slow_searches(&first, 1);
    for command in ["up", "status"] {
        tells_of_slow_searches(&said_by(command), 1);
    }
    let started = said_at_a_start();
    tells_of_slow_searches(&started, 1);
    let mut lines = started.lines();
    let told = lines.find(|line| line.contains(SLOW_SEARCHES[0]));
    assert!(told.unwrap().contains("WARN"), "{started}");

    database.run("CREATE EXTENSION pg_trgm SCHEMA app").await;
    tells_of_slow_searches(&said_by("status"), 1);
    let made = said_by("up");
    assert!(made.contains("indexes of searches are there now"), "{made}");
    tells_of_slow_searches(&made, 0);
    tells_of_slow_searches(&said_by("status"), 0);
    tells_of_slow_searches(&said_at_a_start(), 0);
    let leave = format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role}");
    database.run(&leave).await;
}
