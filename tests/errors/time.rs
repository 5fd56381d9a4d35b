//! 408, and 503 for work that takes too long or finds no room.

use std::time::Duration;

use serde_json::json;
use tokio::time::timeout;

use crate::support::{TestServer, eventually};

fn slow_head(server: &TestServer) -> String {
    format!(
        "POST /api/posts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{\"title\":",
        server.ann().token()
    )
}

#[tokio::test]
async fn a_body_that_does_not_arrive_in_time_is_408() {
    let server = TestServer::with(&[("REQUEST_TIMEOUT_MS", "300")]).await;
    let mut raw = server.raw().await;
    raw.send(slow_head(&server)).await;
    let answer = raw.answer().await.expect("an answer").is_error(408, "timeout");
    assert_eq!(answer.message(), "The request did not arrive in time");
    assert!(answer.has("ratelimit") && answer.has("x-request-id"));
}

#[tokio::test]
async fn work_that_does_not_end_in_time_is_503() {
    let server = TestServer::with(&[("REQUEST_TIMEOUT_MS", "500")]).await;
    let sql = server.sql().await;
    sql.hold().await;
    let body = json!({"title": "a", "content": "b", "published": true});
    let answer = server.ann().post("/api/posts", body).await.is_error(503, "timeout");
    assert_eq!(answer.message(), "Service temporarily unavailable");
    assert!(answer.has("retry-after"));
    // Reads go on meanwhile.
    server.anonymous().get("/api/posts?limit=5").await.is(200);
    sql.release().await;
    // What was begun comes to its end.
    let made = || async {
        let list = server.anonymous().get("/api/posts?limit=5").await;
        list.json()["pagination"]["total"] == 1
    };
    eventually("the post is there", made).await;
}

#[tokio::test]
async fn a_database_that_takes_too_long_is_503_with_retry_after() {
    let variables =
        [("DATABASE_STATEMENT_TIMEOUT_MS", "200"), ("DATABASE_ACQUIRE_TIMEOUT_MS", "200")];
    let server = TestServer::with(&variables).await;
    let sql = server.sql().await;
    sql.hold().await;
    let body = json!({"title": "a", "content": "b"});
    let answer = server.ann().post("/api/posts", body).await.is_error(503, "unavailable");
    assert_eq!(answer.message(), "Service temporarily unavailable");
    assert_eq!(answer.json()["status"], "error");
    assert!(answer.header("retry-after").parse::<u64>().is_ok());
    sql.release().await;
    server.ann().write("Title", true).await;
}

#[tokio::test]
async fn requests_over_the_cap_are_shed_with_503_and_health_is_outside_of_it() {
    let server = TestServer::with(&[("MAX_IN_FLIGHT", "1")]).await;
    let mut slow = server.raw().await;
    slow.send(slow_head(&server)).await;
    // The request that looks whether the place is taken may have taken it itself.
    while server.anonymous().get("/api/posts").await.status != 503 {
        if timeout(Duration::ZERO, slow.answer()).await.is_ok() {
            slow = server.raw().await;
            slow.send(slow_head(&server)).await;
        }
    }
    let answer = server.anonymous().get("/api/posts").await.is_error(503, "unavailable");
    assert!(answer.has("retry-after"));
    for path in ["/health/live", "/health/ready"] {
        server.anonymous().get(path).await.is(200);
    }
    slow.reset();
    let served = || async { server.anonymous().get("/api/posts").await.status == 200 };
    eventually("the place is free again", served).await;
}
