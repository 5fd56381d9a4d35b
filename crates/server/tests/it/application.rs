//! The composition root, in this process.

use std::{
    net::{SocketAddr, TcpListener},
    time::{Duration, Instant},
};

use basalt_adapters::sea::{SeaOptions, SeaStore};
use basalt_domain::{
    Answer, Fingerprint, IdempotencyKey, IdempotencyRecord, IdempotencyScope, Operation, Timestamp,
    UserId,
    ports::{Claim, IdempotencyRecords as _, UnitsOfWork as _},
};
use basalt_server::{
    application::{Application, StartError},
    config::Config,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::support::{
    folder,
    in_process::{PATIENCE, beside, config, exchange, local, ready, status, until_ready_says},
};

#[tokio::test]
async fn it_is_ready_as_soon_as_it_runs() {
    let folder = folder();
    let application = Application::build(config(&folder, &[])).await.unwrap();
    local(beside(application, async |address| {
        assert_eq!(ready(address).await.unwrap(), "200");
    }))
    .await;
}

#[tokio::test]
async fn many_run_side_by_side() {
    let folders = [folder(), folder()];
    let one = Application::build(config(&folders[0], &[])).await.unwrap();
    let other = Application::build(config(&folders[1], &[])).await.unwrap();
    assert_ne!(one.address(), other.address());
}

#[tokio::test]
async fn after_the_signal_it_is_not_ready_and_takes_connections_for_the_delay() {
    let folder = folder();
    let config = config(&folder, &[("DRAIN_DELAY_SECONDS", "1")]);
    let application = Application::build(config).await.unwrap();
    let (address, stopper) = (application.address(), application.stopper());
    local(async move {
        let run = tokio::task::spawn_local(application.run());
        assert_eq!(ready(address).await.unwrap(), "200");
        let start = Instant::now();
        stopper.stop();
        until_ready_says(address, "503").await;
        assert!(start.elapsed() < Duration::from_secs(1), "within the delay");
        timeout(PATIENCE, run).await.unwrap().unwrap().unwrap();
        assert!(start.elapsed() >= Duration::from_secs(1), "not before the delay");
        assert!(ready(address).await.is_err(), "nobody listens any more");
    })
    .await;
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_up_the_stop() {
    let folder = folder();
    let application = Application::build(config(&folder, &[])).await.unwrap();
    let (address, stopper) = (application.address(), application.stopper());
    local(async move {
        let run = tokio::task::spawn_local(application.run());
        let mut idle = TcpStream::connect(address).await.unwrap();
        let request = b"GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n";
        idle.write_all(request).await.unwrap();
        idle.read_u8().await.unwrap();
        let start = Instant::now();
        stopper.stop();
        timeout(PATIENCE, run).await.unwrap().unwrap().unwrap();
        assert!(start.elapsed() < Duration::from_secs(5));
    })
    .await;
}

#[tokio::test]
async fn a_request_that_does_not_end_holds_up_the_stop_for_the_grace_only() {
    let folder = folder();
    let config = config(&folder, &[("SHUTDOWN_GRACE_SECONDS", "1")]);
    let application = Application::build(config).await.unwrap();
    let (address, stopper) = (application.address(), application.stopper());
    local(async move {
        let run = tokio::task::spawn_local(application.run());
        let mut stubborn = TcpStream::connect(address).await.unwrap();
        // Begun, so that it is not idle, and never completed.
        stubborn.write_all(b"GET /health/ready HTTP/1.1\r\n").await.unwrap();
        assert_eq!(ready(address).await.unwrap(), "200");
        let start = Instant::now();
        stopper.stop();
        timeout(PATIENCE, run).await.unwrap().unwrap().unwrap();
        assert!(start.elapsed() < Duration::from_secs(5));
    })
    .await;
}

#[tokio::test]
async fn a_taken_port_is_told_with_the_variable_to_set() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = folder();
    let refused = Application::build(config(&folder, &[("PORT", &port)])).await;
    let told = refused.err().unwrap().to_string();
    assert!(told.contains("PORT") && told.contains(&port), "{told}");
}

#[tokio::test]
async fn a_management_address_that_was_chosen_must_be_free() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = folder();
    let refused = Application::build(config(&folder, &[("MANAGEMENT_ADDR", &address)])).await;
    let refused = refused.err().unwrap();
    assert!(
        matches!(&refused, StartError::Listen { variables, .. } if *variables == "MANAGEMENT_ADDR"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_default_management_address_that_is_taken_only_costs_the_metrics() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = folder();
    let mut config = config(&folder, &[("MANAGEMENT_ADDR", "127.0.0.1:1")]);
    let management = config.management.as_mut().unwrap();
    management.address = taken.local_addr().unwrap();
    management.chosen = false;
    let application = Application::build(config).await.unwrap();
    assert_eq!(application.management_address(), None);
}

#[tokio::test]
async fn a_schema_that_is_too_old_is_waited_for_and_not_ready() {
    let folder = folder();
    let waiting = config(&folder, &[("AUTO_MIGRATE", "false")]);
    let application = Application::build(waiting).await.unwrap();
    local(beside(application, async |address| {
        assert_eq!(ready(address).await.unwrap(), "503");
        // Another process brings it up to date.
        let (_, options) = impatient(&folder);
        let migrated = async { SeaStore::connect(options).await?.migrate_up().await };
        Box::pin(migrated).await.unwrap();
        until_ready_says(address, "200").await;
    }))
    .await;
}

/// The configuration of a server that does not wait long for a lock, and its database.
fn impatient(folder: &TempDir) -> (Config, SeaOptions) {
    let config = config(folder, &[("DATABASE_ACQUIRE_TIMEOUT_MS", "500")]);
    let database = &config.database;
    let options = SeaOptions {
        url: database.url.expose().to_owned(),
        make_file: true,
        read_url: None,
        max_connections: 1,
        acquire_timeout: database.acquire_timeout,
        statement_timeout: database.statement_timeout,
    };
    (config, options)
}

#[tokio::test]
async fn a_folder_in_the_place_of_the_file_ends_the_start() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("basalt.db")).unwrap();
    let refused = Application::build(config(&folder, &[])).await;
    let refused = refused.err().unwrap();
    assert!(matches!(refused, StartError::Preparation(_)), "{refused}");
}

#[tokio::test]
async fn a_database_that_another_process_locks_is_waited_for_without_a_restart() {
    let folder = folder();
    let (config, options) = impatient(&folder);
    // The one who holds the lock has all the time it needs to get it.
    let patient = SeaOptions { acquire_timeout: Duration::from_secs(20), ..options };
    let other = SeaStore::connect(patient).await.unwrap();
    let lock = other.begin().await.unwrap();
    let application = Application::build(config).await.unwrap();
    local(beside(application, async |address| {
        assert_eq!(ready(address).await.unwrap(), "503");
        assert_eq!(status(address, "/api/posts").await.unwrap(), "503");
        assert_eq!(status(address, "/health/live").await.unwrap(), "200");
        drop(lock);
        until_ready_says(address, "200").await;
        assert_eq!(status(address, "/api/posts").await.unwrap(), "200");
    }))
    .await;
}

#[tokio::test]
async fn once_a_database_that_came_late_is_served_its_administrator_can_log_in() {
    let folder = folder();
    let (_, options) = impatient(&folder);
    let patient = SeaOptions { acquire_timeout: Duration::from_secs(20), ..options };
    let other = SeaStore::connect(patient).await.unwrap();
    let lock = other.begin().await.unwrap();
    let admin = [
        ("RATE_LIMIT_DEFAULT", "off"),
        ("DATABASE_ACQUIRE_TIMEOUT_MS", "500"),
        ("ADMIN_EMAIL", "root@example.org"),
        ("ADMIN_PASSWORD", "correct horse"),
    ];
    let application = Application::build(config(&folder, &admin)).await.unwrap();
    local(beside(application, async |address| {
        drop(lock);
        let served = async {
            while status(address, "/api/posts").await.unwrap() != "200" {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, served).await.expect("it is served");
        let head = "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
        let who = r#"{"email":"root@example.org","password":"correct horse"}"#;
        let answer = exchange(address, head, who).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }))
    .await;
}

#[tokio::test]
async fn what_has_expired_goes_away_in_the_background() {
    let folder = folder();
    let (config, options) = impatient(&folder);
    let application = Application::build(config).await.unwrap();
    let application = application.with_housekeeping_every(Duration::from_millis(10));
    let records = SeaStore::connect(options).await.unwrap().idempotency();
    local(beside(application, async |address| {
        let past = |micros| Timestamp::from_micros(micros).unwrap();
        let record = IdempotencyRecord {
            scope: IdempotencyScope { caller: None, operation: Operation::RegisterUser },
            key: IdempotencyKey::parse(b"long-ago").unwrap(),
            fingerprint: Fingerprint([0; 32]),
            answer: Answer(Vec::new()),
            owner: registered(address).await,
            expires_at: past(2),
        };
        let claimed = records.claim(&record, past(1)).await.unwrap();
        assert_eq!(claimed, Claim::Made);
        let gone = async {
            let found = async || records.find(record.scope, &record.key, past(1)).await;
            while found().await.unwrap().is_some() {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, gone).await.expect("it is removed");
    }))
    .await;
}

/// The id of a new account.
async fn registered(address: SocketAddr) -> UserId {
    let head = "POST /api/users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    let person = r#"{"name":"Ann","email":"ann@example.org","password":"correct horse"}"#;
    let answer = exchange(address, head, person).await.unwrap();
    let id = answer.split_once("\"id\":\"").unwrap().1;
    UserId::parse(id.split('"').next().unwrap()).unwrap()
}

#[tokio::test]
async fn a_file_that_is_no_database_ends_the_start() {
    let folder = folder();
    std::fs::write(folder.path().join("basalt.db"), "no database at all, but a text").unwrap();
    let refused = Application::build(config(&folder, &[])).await;
    let refused = refused.err().unwrap();
    assert!(matches!(refused, StartError::Preparation(_)), "{refused}");
}
