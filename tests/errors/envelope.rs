//! The envelope.

use serde_json::json;

use crate::support::TestServer;

#[tokio::test]
async fn an_unknown_path_is_404_in_the_envelope() {
    let server = TestServer::start().await;
    for path in [
        "/nothing",
        "/api",
        "/api/",
        "/api/nothing",
        "/api/users/me/nothing",
        "/api/v2/users",
        "/health",
        "/health/",
        "/metrics",
        "/docs2",
        "/favicon.ico",
        "/.env",
        "/API/posts",
    ] {
        let answer = server.anonymous().get(path).await;
        let answer = answer.is_error(404, "not_found");
        assert_eq!(answer.header("content-type"), "application/json", "{path}");
        let body = answer.json();
        let mut keys: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        assert_eq!(keys, ["code", "message", "requestId", "status"], "{path}");
        assert_eq!(body["status"], "fail");
    }
}

#[tokio::test]
async fn paths_are_exact() {
    let server = TestServer::start().await;
    let mut raw = server.raw().await;
    for path in [
        "/api/posts/",
        "//api/posts",
        "/api//posts",
        "/api/./posts",
        "/api/users/../posts",
        "/api/%70osts",
        "/api/posts%2F",
        "/api/posts;x=1",
        "/health/live/",
        "/API/POSTS",
        "/%2e%2e/api/posts",
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
        let answer = raw.ask(request).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"), "{path}");
        assert!(!answer.has("location"), "{path}");
    }
}

#[tokio::test]
async fn errors_only_where_fields_are_at_fault() {
    let server = TestServer::start().await;
    let ann = server.ann();
    for answer in [
        ann.get("/api/users").await,
        ann.get("/api/posts/x").await,
        ann.get("/api/posts?page=5000").await,
        ann.get("/api/posts?cursor=x").await,
        ann.post("/api/posts", json!([])).await,
        server.anonymous().get("/api/users/me").await,
    ] {
        assert!(answer.status >= 400);
        assert!(answer.json().get("errors").is_none(), "{}", answer.text());
    }
}

#[tokio::test]
async fn a_path_is_never_echoed_into_an_error() {
    let server = TestServer::start().await;
    let answer = server.anonymous().get("/api/posts/secret").await.is(404);
    assert!(!answer.text().contains("secret"));
    let answer = server.anonymous().get("/secret?password=secret").await.is(404);
    assert!(!answer.text().contains("secret"));
}

#[tokio::test]
async fn an_unknown_field_is_named_whatever_it_is_called() {
    let server = TestServer::start().await;
    let long = "k".repeat(5_000);
    for name in ["", " ", "a/b~c", "__proto__", "Ünïcödé 😀", "a\"b\\c", "\u{0}", "<b>", &long]
    {
        let mut body = json!({"title": "a", "content": "b"});
        body[name] = json!(1);
        let answer = server.ann().post("/api/posts", body).await;
        answer.is_invalid(&[(name, "unknown")]);
    }
}

#[tokio::test]
async fn thousands_of_unknown_fields_are_answered_in_time() {
    let server = TestServer::start().await;
    let mut body = json!({"title": "a", "content": "b"});
    for index in 0..15_000 {
        body[format!("field{index}")] = json!(null);
    }
    let start = std::time::Instant::now();
    let answer = server.ann().post("/api/posts", body).await.is(400);
    assert_eq!(answer.fields().len(), 15_000);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
