//! The order of checks: of two faults the earlier one is told.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, Request, TestServer};

/// A request with everything wrong from the media type on.
fn spoiled(client: &Client, method: Method, path: &str) -> Request {
    let request = client.request(method, path).body("{");
    let request = request.header("content-type", "text/plain");
    request.header("accept", "text/html").header("if-match", "\"x\"")
}

#[tokio::test]
async fn the_route_comes_before_everything() {
    let server = TestServer::with(&[("RATE_LIMIT_DEFAULT", "1/86400")]).await;
    let bad = server.anonymous().with_token("nonsense");
    for _ in 0..3 {
        spoiled(&bad, Method::POST, "/api/nothing").await.is_error(404, "not_found");
        spoiled(&bad, Method::PUT, "/api/posts").await.is_error(405, "method_not_allowed");
    }
}

#[tokio::test]
async fn the_limit_comes_before_the_token_and_the_token_before_rights_and_media_types() {
    let server = TestServer::with(&[("RATE_LIMIT_DEFAULT", "2/86400")]).await;
    let bad = server.anonymous().with_token("nonsense");
    spoiled(&bad, Method::GET, "/api/users").await.is_error(401, "token_invalid");
    let nobody = spoiled(&server.anonymous(), Method::POST, "/api/posts").await;
    nobody.is_error(401, "unauthenticated");
    spoiled(&bad, Method::POST, "/api/posts").await.is_error(429, "rate_limited");
}

#[tokio::test]
async fn rights_of_the_role_come_before_media_types_and_everything_in_the_body() {
    let server = TestServer::start().await;
    let ann = server.ann();
    let bob = format!("/api/users/{}", server.bob().id());
    for (method, path) in [
        (Method::GET, "/api/users?page=x"),
        (Method::PATCH, &bob),
        (Method::DELETE, &bob),
        (Method::GET, &bob),
        (Method::GET, "/api/users/nonsense?x=1"),
    ] {
        spoiled(&ann, method, path).await.is_error(403, "forbidden");
    }
}

#[tokio::test]
async fn the_limit_on_guessing_comes_before_media_types() {
    let server = TestServer::with(&[("RATE_LIMIT_AUTH", "1/86400")]).await;
    let anonymous = server.anonymous();
    spoiled(&anonymous, Method::POST, "/api/auth/login").await.is(415);
    spoiled(&anonymous, Method::POST, "/api/auth/login").await.is_error(429, "rate_limited");
}

#[tokio::test]
async fn media_types_come_before_the_size_and_the_size_before_the_text() {
    let server = TestServer::start().await;
    let ann = server.ann();
    let large = "{".repeat(300_000);
    let create = |content_type: &str, accept: &str, body: &str| {
        let request = ann.request(Method::POST, "/api/posts").body(body);
        request.header("content-type", content_type).header("accept", accept)
    };
    let (json, html) = ("application/json", "text/html");
    create("text/plain", html, &large).await.is_error(415, "unsupported_media_type");
    create(json, html, &large).await.is_error(406, "not_acceptable");
    create(json, json, &large).await.is_error(413, "payload_too_large");
    create(json, json, "{").await.is_error(400, "malformed_json");
    create(json, json, "{}").await.is_error(400, "validation_failed");
}

#[tokio::test]
async fn the_body_comes_before_the_object() {
    let server = TestServer::start().await;
    let published = format!("/api/posts/{}", server.ann().write("Title", true).await.id());
    let missing = "/api/posts/01890000-0000-7000-8000-000000000000";
    let bob = server.bob();
    for path in [missing, "/api/posts/nonsense", &published] {
        bob.patch(path, json!([])).await.is_error(400, "malformed_json");
        bob.patch(path, json!({"title": ""})).await.is_error(400, "validation_failed");
        bob.get(&format!("{path}?x=1")).await.is_error(400, "validation_failed");
        bob.delete(&format!("{path}?x=1")).await.is_error(400, "validation_failed");
    }
    bob.patch(missing, json!({})).await.is_error(404, "not_found");
    bob.patch(&published, json!({})).await.is_error(403, "forbidden");
    let absent = "/api/users/01890000-0000-7000-8000-000000000000";
    let admin = server.admin();
    admin.patch(absent, json!({"role": 1})).await.is_error(400, "validation_failed");
    admin.patch(absent, Value::Null).await.is_error(400, "malformed_json");
    let stale = admin.patch(absent, json!({})).header("if-match", "\"x\"");
    stale.await.is_error(404, "not_found");
}

#[tokio::test]
async fn the_recorded_answer_comes_before_the_conflict() {
    let server = TestServer::start().await;
    let body = json!({"name": "Carl", "email": "carl@example.com", "password": "correct horse"});
    let register = |key: &str| {
        server.anonymous().post("/api/users", body.clone()).header("idempotency-key", key)
    };
    register("key").await.is(201);
    register("key").await.is(201);
    register("other").await.is_error(409, "email_taken");
}

#[tokio::test]
async fn a_validation_comes_before_a_page_that_is_too_deep_and_a_bad_cursor() {
    let server = TestServer::start().await;
    let anonymous = server.anonymous();
    let deep = anonymous.get("/api/posts?page=5000&x=1").await;
    deep.is_invalid(&[("x", "unknown")]);
    let cursor = anonymous.get("/api/posts?cursor=x&limit=0").await;
    cursor.is_invalid(&[("limit", "out_of_range")]);
}
