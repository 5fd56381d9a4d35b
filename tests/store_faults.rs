//! Stores that are there and don't do their work. What is gone altogether is for the fault suite.

use std::time::{Duration, Instant};

use basalt_test_stores::own_redis;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{
    Combination, Process, Sql, Stores, TestServer, all, eventually, only_on_postgres,
};

const WHY: &str = "an SQLite file has no connections that could be cut";

const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";

/// Twelve at once, so that all connections are in use; how they were answered.
async fn writes(server: &TestServer) -> Vec<u16> {
    let writes = (0..12).map(|number| {
        let post = json!({"title": format!("Post {number}"), "content": "Text", "published": true});
        let write = server.ann().post("/api/posts", post);
        async move { write.await.status }
    });
    all(writes).await
}

#[tokio::test]
async fn connections_that_were_cut_while_they_idled_fail_no_request() {
    if !only_on_postgres(WHY) {
        return;
    }
    let server = TestServer::start().await;
    let sql = server.sql().await;
    assert_eq!(writes(&server).await, [201; 12]);
    sql.run(CUT).await;
    assert_eq!(writes(&server).await, [201; 12]);
    sql.run(CUT).await;
    for _ in 0..12 {
        server.ann().write("One by one", true).await;
    }
    sql.run(CUT).await;
    for _ in 0..12 {
        server.ann().get("/api/posts?search=one").await.is(200);
    }
    server.anonymous().get("/health/ready").await.is(200);
}

#[tokio::test]
async fn a_table_that_is_changed_while_it_serves_fails_no_request() {
    if !only_on_postgres(WHY) {
        return;
    }
    let server = TestServer::start().await;
    let sql = server.sql().await;
    let path = format!("/api/posts/{}", server.ann().write("One", true).await.id());
    for (number, change) in ["varchar(500)", "varchar(600)"].into_iter().enumerate() {
        assert_eq!(writes(&server).await, [201; 12]);
        sql.run(&format!("ALTER TABLE posts ALTER COLUMN title TYPE {change}")).await;
        // The first to notice is an edit, then a read.
        if number == 0 {
            let edit = json!({"title": "Two"});
            server.ann().patch(&path, edit).await.is(200);
        }
        for _ in 0..12 {
            server.anonymous().get(&path).await.is(200);
        }
    }
}

async fn set_read_only(sql: &Sql, value: &str) {
    sql.run(&format!(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = {value}', \
         current_database()); END $$"
    ))
    .await;
    sql.run(CUT).await;
}

#[tokio::test]
async fn a_database_that_takes_no_writes_is_read_from_and_readiness_tells() {
    if !only_on_postgres(WHY) {
        return;
    }
    let server = TestServer::start().await;
    let sql = server.sql().await;
    let path = format!("/api/posts/{}", server.ann().write("One", true).await.id());
    set_read_only(&sql, "on").await;
    for _ in 0..12 {
        let post = json!({"title": "Two", "content": "Text"});
        let refused = server.ann().post("/api/posts", post).await;
        assert!(refused.is_error(503, "unavailable").has("retry-after"));
        server.anonymous().get(&path).await.is(200);
    }
    let tells = || async {
        let ready = server.anonymous().get("/health/ready").await.is(200);
        ready.json() == json!({"status": "degraded", "parts": ["database"]})
    };
    eventually("readiness tells", tells).await;
    set_read_only(&sql, "off").await;
    let begun = Instant::now();
    loop {
        let post = json!({"title": "Three", "content": "Text"});
        if server.ann().post("/api/posts", post).await.status == 201 {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(2), "it stays read-only");
    }
    let well = || async {
        let ready = server.anonymous().get("/health/ready").await.is(200);
        ready.json() == json!({"status": "ok"})
    };
    eventually("all is well", well).await;
}

/// Says something to a Redis as an operator does.
async fn order(url: &str, order: &str) {
    let (password, place) = url.trim_start_matches("redis://").split_once('@').expect("a password");
    let (_, password) = password.split_once(':').expect("a password");
    let place = place.split('/').next().expect("host and port");
    let mut stream = TcpStream::connect(place).await.expect("Redis is there");
    let said = format!("AUTH {password}\r\n{order}\r\nQUIT\r\n");
    stream.write_all(said.as_bytes()).await.expect("it listens");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it answers");
    assert_eq!(answer, "+OK\r\n+OK\r\n+OK\r\n");
}

/// Lines about Redis.
fn lines_about_redis(lines: &[String]) -> Vec<Value> {
    let lines = lines.iter().filter_map(|line| {
        let line: Value = serde_json::from_str(line).ok()?;
        let is_about = line["target"].as_str()?.contains("redis");
        is_about.then_some(line)
    });
    lines.collect()
}

#[tokio::test]
async fn a_redis_that_is_full_is_gone_and_said_so_once() {
    if !Combination::here().redis {
        return;
    }
    let Some(redis) = own_redis().await else {
        return;
    };
    let stores = Stores::empty().await;
    let process = Process::start(
        &stores,
        &[("REDIS_URL", redis.url()), ("RATE_LIMIT_AUTH", "5/86400"), ("LOG_LEVEL", "info")],
    );
    let ask = async |request: String| process.raw().await.ask(request).await;
    let get =
        async |path: &str| ask(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")).await.is(200);
    order(redis.url(), "CONFIG SET maxmemory 1").await;
    let mut statuses = Vec::new();
    for number in 1..=50 {
        get(&format!("/api/posts?page={number}")).await;
        let guess = r#"{"email": "ann@example.com", "password": "not the password"}"#;
        let length = guess.len();
        let answer = ask(format!(
            "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{guess}"
        ));
        statuses.push(answer.await.status);
    }
    assert_eq!(statuses[..5], [401; 5]);
    assert_eq!(statuses[5..], [429; 45]);
    let ready = get("/health/ready").await.json();
    assert_eq!(ready, json!({"status": "degraded", "parts": ["redis"]}));
    order(redis.url(), "CONFIG SET maxmemory 0").await;
    let begun = Instant::now();
    while get("/health/ready").await.json() != json!({"status": "ok"}) {
        assert!(begun.elapsed() < Duration::from_secs(5), "it stays degraded");
    }
    let lines = std::cell::RefCell::new(Vec::new());
    // The line comes a moment after the change that it tells of.
    let told = || async {
        lines.borrow_mut().extend(process.lines());
        lines_about_redis(&lines.borrow()).len() > 1
    };
    eventually("its return is told", told).await;
    let about = lines_about_redis(&lines.borrow());
    assert_eq!(about.len(), 2, "{:#?}", lines.borrow());
    let message = about[0]["message"].as_str().expect("a message");
    assert!(message.starts_with("Redis refuses writes: OOM "), "{message}");
    assert_eq!(about[1]["level"], "INFO");
}
