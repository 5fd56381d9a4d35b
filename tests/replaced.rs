//! The file of the database is taken away from under a server that runs, or takes no more writes.

use std::{
    fs,
    process::Command,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::support::{Answer, Process, Stores, command, eventually, only_on_sqlite};

/// From the change to the first write that is refused, and all after it.
const LIMIT: Duration = Duration::from_secs(3);

async fn post(process: &Process, path: &str, body: serde_json::Value) -> Answer {
    let body = body.to_string();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    process.raw().await.ask(request).await
}

async fn register(process: &Process, name: &str) -> Answer {
    let email = format!("{name}@example.com");
    let person = json!({"name": "Somebody", "email": email, "password": "correct horse"});
    post(process, "/api/users", person).await
}

async fn login(process: &Process, name: &str) -> Answer {
    let email = format!("{name}@example.com");
    let credentials = json!({"email": email, "password": "correct horse"});
    post(process, "/api/auth/login", credentials).await
}

async fn readiness(process: &Process) -> Answer {
    let request = "GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n";
    process.raw().await.ask(request).await
}

/// No write is acknowledged any more, and one line says why.
async fn is_refused(process: &Process) {
    let start = Instant::now();
    let refused = || async { readiness(process).await.status == 503 };
    eventually("it is not ready", refused).await;
    let told = readiness(process).await.text();
    assert!(told.contains(r#""parts":["database"]"#), "{told}");
    register(process, "late").await.is_error(503, "unavailable");
    assert!(start.elapsed() < LIMIT, "{:?}", start.elapsed());
    is_told_once(process, "no longer the file that was opened", "basalt.db");
}

/// Beside requests that came before it was known, one line says that it is not ready, and why.
fn is_told_once(process: &Process, why: &str, also: &str) {
    let lines = process.lines();
    let told = |line: &&String| line.contains("\"ERROR\"") && !line.contains("request failed");
    let told: Vec<_> = lines.iter().filter(told).collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    for part in ["not ready", why, also] {
        assert!(told[0].contains(part), "{part}: {told:#?}");
    }
}

#[tokio::test]
async fn a_copy_put_in_the_place_of_the_file_is_what_the_next_start_has() {
    if !only_on_sqlite("the file is SQLite's") {
        return;
    }
    let stores = Stores::empty().await;
    let process = Process::start(&stores, &[]);
    register(&process, "early").await.is(201);
    let copy = stores.folder().join("copy.db");
    let made = command(&stores, &[]).arg("backup").arg(&copy).output();
    assert!(made.unwrap().status.success());
    register(&process, "between").await.is(201);
    fs::rename(&copy, stores.folder().join("basalt.db")).unwrap();
    is_refused(&process).await;
    let log = stores.folder().join("basalt.db-wal");
    let emptied = || async { fs::metadata(&log).map_or(0, |log| log.len()) == 0 };
    eventually("what was in the log goes into no other file", emptied).await;
    process.kill();

    let process = Process::start(&stores, &[]);
    login(&process, "early").await.is(200);
    login(&process, "between").await.is(401);
    login(&process, "late").await.is(401);
}

#[tokio::test]
async fn files_that_are_removed_end_writes_until_they_are_there_again() {
    if !only_on_sqlite("the file is SQLite's") {
        return;
    }
    let stores = Stores::empty().await;
    let process = Process::start(&stores, &[]);
    register(&process, "early").await.is(201);
    let files = "rm basalt.db*";
    let mut remove = Command::new("sh");
    let removed = remove.args(["-c", files]).current_dir(stores.folder());
    assert!(removed.status().unwrap().success());
    is_refused(&process).await;
    assert!(!stores.folder().join("basalt.db").exists(), "none is made");
    process.kill();
    let process = Process::start(&stores, &[]);
    register(&process, "early").await.is(201);
}

/// The largest size that its files may grow to.
#[cfg(target_os = "linux")]
fn limit_files(process: &Process, size: &str) {
    let mut limit = Command::new("prlimit");
    let limit = limit.args(["--pid", &process.id().to_string()]);
    let limited = limit.arg(format!("--fsize={size}:")).status();
    assert!(limited.expect("prlimit of util-linux").success());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn while_no_write_succeeds_it_is_not_ready_and_reads_go_on() {
    if !only_on_sqlite("the file is SQLite's") {
        return;
    }
    let stores = Stores::empty().await;
    // A file that may not grow is answered by an error, and not by the end of the process.
    let process = Process::with_signal("--ignore-signal=XFSZ", &command(&stores, &[]));
    register(&process, "early").await.is(201);
    limit_files(&process, "0");
    register(&process, "late").await.is_error(503, "unavailable");
    let refused = || async { readiness(&process).await.status == 503 };
    eventually("it is not ready", refused).await;
    let told = readiness(&process).await.text();
    assert!(told.contains(r#""parts":["database"]"#), "{told}");
    let posts = "GET /api/posts HTTP/1.1\r\nHost: x\r\n\r\n";
    process.raw().await.ask(posts).await.is(200);
    register(&process, "late").await.is_error(503, "unavailable");
    assert_eq!(readiness(&process).await.status, 503);
    is_told_once(&process, "the disk or the file system", "database");

    limit_files(&process, "unlimited");
    let ready = || async { readiness(&process).await.status == 200 };
    eventually("it is ready", ready).await;
    register(&process, "late").await.is(201);
    let lines = process.lines();
    let told = |line: &&String| line.contains("\"ready\"") && line.contains("after_ms");
    assert_eq!(lines.iter().filter(told).count(), 1, "{lines:#?}");
}
