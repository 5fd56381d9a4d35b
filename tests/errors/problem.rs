//! The form of RFC 9457.

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, TestServer};

const PROBLEM: &str = "application/problem+json";

fn is_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.header("content-type"), PROBLEM, "{}", answer.text());
    let body = answer.json();
    assert_eq!(body["status"], status);
    assert_eq!(body["code"], code);
    assert!(body["type"].is_string() && body["title"].is_string() && body["detail"].is_string());
    assert_eq!(body["requestId"], answer.header("x-request-id"));
}

#[tokio::test]
async fn where_it_is_named_every_error_under_api_has_this_form() {
    let server = TestServer::start().await;
    let ann = server.ann();
    let anonymous = server.anonymous();
    let post = ann.write("Title", true).await;
    let path = format!("/api/posts/{}", post.id());
    let create = |body| anonymous.post("/api/users", body);
    for (request, status, code) in [
        (anonymous.get("/api/nothing"), 404, "not_found"),
        (anonymous.get("/api/posts/x"), 404, "not_found"),
        (anonymous.request(Method::PUT, "/api/posts"), 405, "method_not_allowed"),
        (anonymous.get("/api/users/me"), 401, "unauthenticated"),
        (anonymous.with_token("x").get("/api/posts"), 401, "token_invalid"),
        (ann.get("/api/users"), 403, "forbidden"),
        (create(json!([])), 400, "malformed_json"),
        (create(json!({})), 400, "validation_failed"),
        (create(json!({})).header("content-encoding", "gzip"), 415, "unsupported_media_type"),
        (create(json!({"a": "x".repeat(300_000)})), 413, "payload_too_large"),
        (anonymous.get("/api/posts?page=5000"), 400, "page_too_deep"),
        (anonymous.get("/api/posts?cursor=x"), 400, "invalid_cursor"),
        (ann.patch(&path, json!({})).header("if-match", "\"x\""), 412, "version_conflict"),
        (server.admin().delete("/api/users/me"), 409, "last_admin"),
        (anonymous.try_login("ann@example.com", "wrong"), 401, "invalid_credentials"),
    ] {
        let answer = request.header("accept", PROBLEM).await.is(status);
        is_problem(&answer, status, code);
    }
}

#[tokio::test]
async fn it_tells_what_the_envelope_tells() {
    let server = TestServer::start().await;
    let answer = server.anonymous().get("/api/nothing").header("accept", PROBLEM).await;
    let body = answer.json();
    assert_eq!(body["instance"], "/api/nothing");
    assert_eq!(body["detail"], "Not found");
    let taken = json!({"name": "Ann", "email": "ann@example.com", "password": "correct horse"});
    let request = server.anonymous().post("/api/users", taken);
    let body = request.header("accept", PROBLEM).await.is(409).json();
    assert_eq!(
        (&body["detail"], &body["code"]),
        (&json!("User already exists"), &json!("email_taken"))
    );
    assert_eq!(body["instance"], "/api/users");
    assert_eq!(body["status"], 409);
}

#[tokio::test]
async fn fields_parameters_and_headers_are_all_pointed_at() {
    let server = TestServer::start().await;
    let body = json!({"a/b~c": 1, "content": ""});
    let request = server.ann().post("/api/posts", body).header("accept", PROBLEM);
    let answer = request.header("idempotency-key", "a b").await;
    answer.is_invalid(&[
        ("#/title", "required"),
        ("#/content", "required"),
        ("#/a~1b~0c", "unknown"),
        ("#/Idempotency-Key", "invalid_characters"),
    ]);
    let request = server.anonymous().get("/api/posts?page=x").header("accept", PROBLEM);
    let answer = request.await.is_invalid(&[("#/page", "out_of_range")]);
    assert!(answer.json()["errors"][0]["detail"].is_string());
}

#[tokio::test]
async fn any_weight_above_zero_names_it() {
    let server = TestServer::start().await;
    for accept in [
        PROBLEM,
        "Application/Problem+JSON",
        "application/problem+json;q=0.001",
        "application/json, application/problem+json; q=0.1",
        "text/html, application/problem+json;charset=utf-8",
        "*/*, application/problem+json",
    ] {
        let answer = server.anonymous().get("/api/users/me").header("accept", accept).await;
        assert_eq!(answer.header("content-type"), PROBLEM, "{accept}");
    }
    for accept in [
        "*/*",
        "application/*",
        "application/json",
        "application/json, application/problem+json;q=0",
        "application/json, application/problem+json;q=0.000",
    ] {
        let answer = server.anonymous().get("/api/users/me").header("accept", accept).await;
        assert_eq!(answer.header("content-type"), "application/json", "{accept}");
    }
    let request = server.anonymous().get("/api/users/me").header("accept", "application/json");
    let two_lines = request.header("accept", PROBLEM).await;
    assert_eq!(two_lines.header("content-type"), PROBLEM);
}

#[tokio::test]
async fn a_success_is_plain_json_all_the_same() {
    let server = TestServer::start().await;
    let answer = server.anonymous().get("/api/posts").header("accept", PROBLEM).await.is(200);
    assert_eq!(answer.header("content-type"), "application/json");
}

#[tokio::test]
async fn outside_of_api_errors_have_the_envelope() {
    let server = TestServer::start().await;
    for path in ["/nothing", "/health/nothing", "/apix"] {
        let answer = server.anonymous().get(path).header("accept", PROBLEM).await.is(404);
        assert_eq!(answer.header("content-type"), "application/json", "{path}");
    }
    let request = server.anonymous().request(Method::POST, "/health/live");
    let answer = request.header("accept", PROBLEM).await.is(405);
    assert_eq!(answer.header("content-type"), "application/json");
}
