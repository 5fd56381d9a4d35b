//! Faults of ours, and how little they tell.

use serde_json::json;

use crate::support::{Answer, TestServer};

/// A server whose database has lost a table, and a row that no longer can be read.
async fn broken(environment: &str) -> TestServer {
    let server = TestServer::with(&[("APP_ENV", environment)]).await;
    server.ann().write("Title", true).await;
    let sql = server.sql().await;
    sql.run("UPDATE posts SET title = ''").await;
    sql.run("DROP TABLE idempotency_records").await;
    server
}

async fn faults(server: &TestServer) -> Vec<Answer> {
    let body = json!({"title": "a", "content": "b"});
    let replay = server.ann().post("/api/posts", body).header("idempotency-key", "key");
    vec![server.anonymous().get("/api/posts").await, replay.await]
}

#[tokio::test]
async fn in_production_a_fault_tells_nothing_of_the_inside() {
    for environment in ["production", "test"] {
        let server = broken(environment).await;
        for answer in faults(&server).await {
            let answer = answer.is_error(500, "internal");
            assert_eq!(answer.message(), "Something went wrong!");
            let body = answer.json();
            assert_eq!(body["status"], "error");
            assert!(body.get("detail").is_none(), "{body}");
            let text = answer.text().to_lowercase();
            for inside in ["sql", "table", "column", "corrupt", "title", "idempotency", "rs:"] {
                assert!(!text.contains(inside), "{inside}: {text}");
            }
        }
    }
}

#[tokio::test]
async fn in_development_a_fault_shows_its_causes() {
    let server = broken("development").await;
    for answer in faults(&server).await {
        let answer = answer.is_error(500, "internal");
        assert_eq!(answer.message(), "Something went wrong!");
        assert!(!answer.json()["detail"].as_str().expect("the chain").is_empty());
    }
}

#[tokio::test]
async fn a_fault_as_a_problem_tells_as_little() {
    let server = broken("production").await;
    let request = server.anonymous().get("/api/posts");
    let answer = request.header("accept", "application/problem+json").await;
    let answer = answer.is_error(500, "internal");
    assert_eq!(answer.json()["detail"], "Something went wrong!");
}

#[tokio::test]
async fn refusals_have_no_detail_in_development_either() {
    let server = TestServer::with(&[("APP_ENV", "development")]).await;
    for answer in [
        server.anonymous().get("/api/users/me").await,
        server.anonymous().get("/nothing").await,
        server.anonymous().post("/api/users", json!({})).await,
    ] {
        assert!(answer.status < 500);
        assert!(answer.json().get("detail").is_none());
    }
}
