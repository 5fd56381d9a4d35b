//! What the log tells of what goes or is used up: why, and once.

use std::{net::TcpListener, time::Duration};

use basalt_test_stores::{Instance, own_postgres};
use serde_json::Value;

use crate::support::{Process, Sql, Stores, eventually, only_on_postgres, only_once};

const WHY: &str = "an SQLite file is no server";

/// A server with few connections to the database at this URL, which it does not wait long for.
fn on(url: &str, stores: &Stores, more: &[(&str, &str)]) -> Process {
    let mut variables = vec![
        ("DATABASE_URL", url),
        ("DATABASE_ACQUIRE_TIMEOUT_MS", "500"),
        ("DATABASE_MAX_CONNECTIONS", "4"),
    ];
    variables.extend(more);
    Process::start(stores, &variables)
}

async fn get(process: &Process, path: &str) -> u16 {
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
    process.raw().await.ask(request).await.status
}

/// What a log has told by now, from its first line on.
struct Told<'a> {
    process: &'a Process,
    lines: Vec<Value>,
}

impl<'a> Told<'a> {
    fn by(process: &'a Process) -> Self {
        let lines = Vec::new();
        Self { process, lines }
    }

    /// The lines of the parts of the server that are not about one request.
    fn lines(&mut self) -> Vec<Value> {
        let new = self.process.lines();
        let new = new.iter().map(|line| serde_json::from_str(line));
        self.lines.extend(new.map(|line| line.expect("one object")));
        let lines = self.lines.iter();
        let is_of_none = |line: &&Value| line["request_id"].is_null() && line["address"].is_null();
        lines.filter(is_of_none).cloned().collect()
    }

    /// Waits until one has this message.
    async fn until(&mut self, message: &str) {
        let this = std::cell::RefCell::new(self);
        let is_told = || async {
            let lines = this.borrow_mut().lines();
            lines.iter().any(|line| line["message"] == message)
        };
        eventually(message, is_told).await;
    }
}

#[tokio::test]
async fn a_database_that_goes_is_one_line_with_the_reason_and_its_return_another() {
    if !only_on_postgres(WHY) {
        return;
    }
    let Some(server) = own_postgres().await else {
        return;
    };
    let stores = Stores::empty().await;
    let process = on(server.url(), &stores, &[]);
    let mut told = Told::by(&process);
    let before = told.lines().len();
    server.stop();
    told.until("not ready").await;
    for _ in 0..20 {
        assert_eq!(get(&process, "/api/posts").await, 503);
    }
    server.start().await;
    told.until("ready").await;
    let lines = told.lines().split_off(before);
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert_eq!(lines[0]["level"], "ERROR");
    let error = lines[0]["error"].as_str().expect("a reason");
    assert!(error.contains("Connection refused"), "{error}");
    assert_eq!(lines[1]["level"], "INFO");
}

/// A database of a role whose connections can be limited, and the URL by which it comes.
async fn limited(server: &Instance) -> (Sql, String) {
    let operator = Sql::open(server.url()).await;
    operator.run("CREATE ROLE few LOGIN PASSWORD 'few'").await;
    operator.run("CREATE DATABASE few OWNER few").await;
    let (_, place) = server.url().split_once('@').expect("a password");
    let (place, _) = place.split_once('/').expect("a database");
    (operator, format!("postgres://few:few@{place}/few"))
}

#[tokio::test]
async fn a_database_without_a_connection_to_give_is_told_once_and_so_is_its_end() {
    if !only_on_postgres(WHY) {
        return;
    }
    let Some(server) = own_postgres().await else {
        return;
    };
    let (operator, url) = limited(&server).await;
    let stores = Stores::empty().await;
    let process = on(&url, &stores, &[]);
    let mut told = Told::by(&process);
    let before = told.lines().len();
    operator.run("ALTER ROLE few CONNECTION LIMIT 0").await;
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'few'";
    operator.run(cut).await;
    for _ in 0..4 {
        assert_eq!(get(&process, "/api/posts").await, 503);
        assert_eq!(get(&process, "/health/ready").await, 200);
    }
    operator.run("ALTER ROLE few CONNECTION LIMIT -1").await;
    told.until("the database gives connections again").await;
    assert_eq!(get(&process, "/api/posts").await, 200);
    let lines = told.lines().split_off(before);
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert_eq!(lines[0]["level"], "WARN");
    let reason = lines[0]["reason"].as_str().expect("a reason");
    assert!(reason.contains("too many connections for role"), "{reason}");
    assert_eq!(lines[1]["level"], "INFO");
}

#[tokio::test]
async fn of_a_replica_that_is_away_it_is_told_that_it_is_no_primary() {
    if !only_on_postgres(WHY) {
        return;
    }
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = nobody.local_addr().expect("it is bound");
    drop(nobody);
    let stores = Stores::empty().await;
    let replica = format!("postgres://basalt@{address}/basalt");
    let process = on(&stores.url(), &stores, &[("DATABASE_READ_URL", &replica)]);
    let mut told = Told::by(&process);
    let before = told.lines().len();
    let is_away = "the replica does not answer; the primary is read from until it does";
    assert_eq!(get(&process, "/api/posts?cursor=").await, 200);
    told.until(is_away).await;
    for _ in 0..4 {
        assert_eq!(get(&process, "/api/posts?cursor=").await, 200);
    }
    let lines = told.lines().split_off(before);
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert_eq!(lines[0]["level"], "WARN");
    let reason = lines[0]["reason"].as_str().expect("a reason");
    assert!(reason.contains("Connection refused"), "{reason}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn descriptors_that_are_used_up_are_told_once_and_not_by_each_try() {
    if !only_once("no store takes part") {
        return;
    }
    let stores = Stores::empty().await;
    let process = Process::start(&stores, &[]);
    let folder = format!("/proc/{}/fd", process.id());
    let count = || std::fs::read_dir(&folder).expect("it runs").count();
    // Its threads open some of their own after it has said where it listens.
    let mut open = 0;
    while open != count() {
        open = count();
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let mut limit = std::process::Command::new("prlimit");
    let limit = limit.args(["--pid", &process.id().to_string()]);
    let limited = limit.arg(format!("--nofile={open}:")).status();
    assert!(limited.expect("prlimit of util-linux").success());
    let _one = process.raw().await;
    // As long as it would take to tell several times.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let lines = process.lines();
    let told = lines.iter().filter(|line| line.contains("Too many open"));
    assert_eq!(told.count(), 1, "{lines:#?}");
}
