//! 406 and 415.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Request, TestServer};

#[tokio::test]
async fn an_accept_that_json_does_not_meet_is_406_in_the_json_envelope() {
    let server = TestServer::start().await;
    for accept in [
        "text/html",
        "application/xml",
        "text/*",
        "application/json;q=0",
        "*/*;q=0",
        "application/*; q=0.0, text/html",
        "application/vnd.api+json",
        "json",
        "application/problem+json;q=0",
    ] {
        let answer = server.anonymous().get("/api/posts").header("accept", accept).await;
        assert_eq!((answer.status, answer.code().as_str()), (406, "not_acceptable"), "{accept}");
        assert_eq!(answer.header("content-type"), "application/json");
        let answer = server.ann().delete("/api/users/me").header("accept", accept).await;
        answer.is_error(406, "not_acceptable");
    }
}

#[tokio::test]
async fn these_are_met() {
    let server = TestServer::start().await;
    for accept in [
        "*/*",
        "application/*",
        "application/json",
        "APPLICATION/JSON",
        "application/json; charset=utf-8",
        "application/problem+json",
        "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8",
        "text/html;q=1, application/json;q=0.001",
        "",
    ] {
        let answer = server.anonymous().get("/api/posts").header("accept", accept).await;
        assert_eq!(answer.status, 200, "{accept}: {}", answer.text());
    }
    let none = "GET /api/posts HTTP/1.1\r\nHost: x\r\n\r\n";
    server.raw().await.ask(none).await.is(200);
    let request = server.anonymous().get("/api/posts").header("accept", "text/html");
    request.header("accept", "application/json").await.is(200);
}

#[tokio::test]
async fn only_api_routes_look_at_accept() {
    let server = TestServer::start().await;
    for path in ["/health/live", "/health/ready", "/docs", "/docs/swagger-ui.css"] {
        server.anonymous().get(path).header("accept", "image/png").await.is(200);
    }
    let nothing = server.anonymous().get("/nothing").header("accept", "image/png").await;
    nothing.is_error(404, "not_found");
    // A path of `/api` that is none comes before its media types.
    let nothing = server.anonymous().get("/api/nothing").header("accept", "image/png").await;
    nothing.is_error(404, "not_found");
}

fn login(server: &TestServer) -> Request {
    let body = json!({"email": "ann@example.com", "password": "correct horse"});
    let request = server.anonymous().request(Method::POST, "/api/auth/login");
    request.body(body.to_string())
}

#[tokio::test]
async fn another_or_no_content_type_on_a_body_that_is_read_is_415() {
    let server = TestServer::start().await;
    for other in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/problem+json",
        "application/merge-patch+json",
        "application/jsonx",
        "text/json",
        "application/json; charset=latin1",
        "application/json; charset=utf-16",
        "application/json; charset=",
        "",
        "*/*",
        "application/json, text/plain",
    ] {
        let answer = login(&server).header("content-type", other).await;
        let told = (answer.status, answer.code());
        assert_eq!(told, (415, "unsupported_media_type".to_owned()), "{other}");
    }
    login(&server).await.is_error(415, "unsupported_media_type");
    let request = login(&server).header("content-type", "application/json");
    let twice = request.header("content-type", "text/plain").await;
    twice.is_error(415, "unsupported_media_type");
}

#[tokio::test]
async fn json_in_utf_8_is_taken_however_it_is_spelled() {
    let server = TestServer::start().await;
    for json in [
        "application/json",
        "Application/JSON",
        "application/json;charset=utf-8",
        "application/json; charset=UTF-8",
        "application/json ; charset=\"utf-8\"",
    ] {
        let answer = login(&server).header("content-type", json).await;
        assert_eq!(answer.status, 200, "{json}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_content_encoding_is_415_and_nothing_is_unpacked() {
    let server = TestServer::start().await;
    for encoding in ["gzip", "br", "deflate", "zstd", "GZIP", "identity, gzip", "x"] {
        let request = login(&server).header("content-type", "application/json");
        let answer = request.header("content-encoding", encoding).await;
        let told = (answer.status, answer.code());
        assert_eq!(told, (415, "unsupported_media_type".to_owned()), "{encoding}");
    }
    let request = login(&server).header("content-type", "application/json");
    request.header("content-encoding", "identity").await.is(200);
}

#[tokio::test]
async fn answers_are_not_compressed() {
    let server = TestServer::start().await;
    let request = server.anonymous().get("/api/openapi.json");
    let answer = request.header("accept-encoding", "gzip, br, deflate, zstd").await.is(200);
    assert!(!answer.has("content-encoding"));
    let _: Value = answer.json();
}
