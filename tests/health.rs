//! `/health`

use serde_json::json;

use crate::support::{TestServer, eventually};

#[tokio::test]
async fn a_server_that_can_work_is_ok() {
    let server = TestServer::start().await;
    for path in ["/health/live", "/health/ready"] {
        let answer = server.anonymous().get(path).await.is(200);
        assert_eq!(answer.text(), r#"{"status":"ok"}"#, "{path}");
    }
}

#[tokio::test]
async fn health_is_never_rate_limited() {
    let server = TestServer::with(&[("RATE_LIMIT_DEFAULT", "1/86400")]).await;
    for _ in 0..20 {
        for path in ["/health/live", "/health/ready"] {
            let answer = server.anonymous().get(path).await.is(200);
            assert!(!answer.has("ratelimit"));
        }
    }
    server.anonymous().get("/api/posts").await.is(200);
}

#[tokio::test]
async fn a_schema_that_is_too_old_is_not_ready_and_answers_503() {
    let server = TestServer::empty(&[("AUTO_MIGRATE", "false")]).await;
    server.anonymous().get("/health/live").await.is(200);
    let ready = server.anonymous().get("/health/ready").await.is_error(503, "unavailable");
    assert_eq!(ready.message(), "Service temporarily unavailable");
    assert!(ready.has("retry-after"));
    assert_eq!(ready.json()["parts"], json!(["schema"]));
    let posts = server.anonymous().get("/api/posts").await.is_error(503, "unavailable");
    assert!(posts.has("retry-after"));
}

#[tokio::test]
async fn in_development_the_schema_that_is_missing_is_named_to_everyone() {
    let development = [("AUTO_MIGRATE", "false"), ("APP_ENV", "development")];
    let server = TestServer::empty(&development).await;
    for path in ["/health/ready", "/api/posts"] {
        let answer = server.anonymous().get(path).await;
        let answer = answer.is_error(503, "unavailable");
        let detail = answer.json()["detail"].as_str().unwrap_or_default().to_owned();
        assert!(detail.contains("basalt migrate up"), "{path}: {detail}");
    }
}

#[tokio::test]
async fn while_it_stops_a_server_is_not_ready_and_still_answers() {
    let server = TestServer::with(&[("DRAIN_DELAY_SECONDS", "2")]).await;
    server.anonymous().get("/health/ready").await.is(200);
    server.begin_to_stop();
    let turns = || async { server.anonymous().get("/health/ready").await.status == 503 };
    eventually("ready turns 503", turns).await;
    let ready = server.anonymous().get("/health/ready").await;
    let ready = ready.is_error(503, "unavailable");
    assert_eq!(ready.json()["parts"], json!(["stopping"]));
    server.anonymous().get("/api/posts").await.is(200);
    server.anonymous().get("/health/live").await.is(200);
}

#[tokio::test]
async fn metrics_are_not_on_the_public_listener() {
    let server = TestServer::start().await;
    server.anonymous().get("/metrics").await.is_error(404, "not_found");
}
