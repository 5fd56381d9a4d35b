//! Keys: their form, their scope, and the body they stand for.

use serde_json::{Value, json};

use super::{is_replay, post, registration, total};
use crate::support::{PASSWORD, Request, SECRET, TestServer};

#[tokio::test]
async fn the_same_key_with_another_body_is_422() {
    let server = TestServer::start().await;
    let ann = server.ann();
    post(&ann, "key", "Title").await.is(201);
    for other in [
        json!({"title": "Other", "content": "Text", "published": true}),
        json!({"title": "Title", "content": "Text", "published": false}),
        json!({"title": "Title", "content": "Text"}),
    ] {
        let request = ann.post("/api/posts", other).header("idempotency-key", "key");
        request.await.is_error(422, "idempotency_key_reused");
    }
    assert_eq!(total(&server).await, 1);
    registration(&server.anonymous(), "key", "carl@example.com").await.is(201);
    let other = registration(&server.anonymous(), "key", "carla@example.com").await;
    other.is_error(422, "idempotency_key_reused");
}

#[tokio::test]
async fn how_a_body_is_spelled_is_no_matter_since_the_parsed_one_is_compared() {
    let server = TestServer::start().await;
    let first = post(&server.ann(), "key", "Title").await.is(201);
    let spelled = r#" { "published":true, "\u0063ontent" : "T\u0065xt","title":"Title" } "#;
    let request = server.ann().post("/api/posts", Value::Null).body(spelled);
    let again = request.header("idempotency-key", "key").await;
    is_replay(&again.is(201), &first);
}

#[tokio::test]
async fn a_quoted_and_a_bare_key_are_the_same() {
    let server = TestServer::start().await;
    let first = post(&server.ann(), "\"key\"", "Title").await.is(201);
    is_replay(&post(&server.ann(), "key", "Title").await.is(201), &first);
    let odd = post(&server.ann(), "!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\"", "Title").await.is(201);
    assert_ne!(odd.id(), first.id());
    let longest = "k".repeat(255);
    let first = post(&server.ann(), &longest, "Title").await.is(201);
    let quoted = format!("\"{longest}\"");
    is_replay(&post(&server.ann(), &quoted, "Title").await.is(201), &first);
}

#[tokio::test]
async fn a_bad_key_is_a_400_that_names_the_header_last() {
    let server = TestServer::start().await;
    let ann = server.ann();
    let long = "k".repeat(256);
    for (bad, code) in [
        (&b""[..], "required"),
        (b"\"\"", "required"),
        (b"a b", "invalid_characters"),
        (b"k\xc3\xa9y", "invalid_characters"),
        (b"a\tb", "invalid_characters"),
        (long.as_bytes(), "too_long"),
    ] {
        let body = json!({"title": "a", "content": "b"});
        let request = ann.post("/api/posts", body).header_bytes("idempotency-key", bad);
        request.await.is_invalid(&[("Idempotency-Key", code)]);
    }
    let body = json!({"more": 1, "title": ""});
    let request = ann.post("/api/posts", body).header("idempotency-key", "a b");
    request.await.is_invalid(&[
        ("title", "required"),
        ("content", "required"),
        ("more", "unknown"),
        ("Idempotency-Key", "invalid_characters"),
    ]);
    let request = post(&ann, "one", "Title").header("idempotency-key", "two");
    let twice = request.await.is(400);
    assert_eq!(twice.fields()[0].0, "Idempotency-Key");
}

#[tokio::test]
async fn the_header_is_ignored_elsewhere() {
    let server = TestServer::start().await;
    let path = format!("/api/posts/{}", server.ann().write("Title", true).await.id());
    let bad = |request: Request| request.header("idempotency-key", "a b");
    bad(server.ann().patch(&path, json!({"title": "x"}))).await.is(200);
    bad(server.ann().get(&path)).await.is(200);
    bad(server.anonymous().try_login("ann@example.com", PASSWORD)).await.is(200);
    let deletion = || server.ann().delete(&path).header("idempotency-key", "key");
    deletion().await.is(204);
    deletion().await.is_error(404, "not_found");
}

#[tokio::test]
async fn callers_and_routes_do_not_share_keys() {
    let server = TestServer::start().await;
    let hers = post(&server.ann(), "key", "Title").await.is(201);
    let his = post(&server.bob(), "key", "Title").await.is(201);
    assert_ne!(hers.id(), his.id());
    registration(&server.anonymous(), "key", "carl@example.com").await.is(201);
    assert_eq!(total(&server).await, 2);
}

#[tokio::test]
async fn all_who_register_share_one_scope_with_a_token_or_without() {
    let server = TestServer::start().await;
    let first = registration(&server.anonymous(), "key", "carl@example.com").await.is(201);
    let again = registration(&server.ann(), "key", "carl@example.com").await.is(201);
    is_replay(&again, &first);
}

#[tokio::test]
async fn a_repeat_after_a_rotation_of_secrets_is_a_repeat() {
    let server = TestServer::start().await;
    let first = registration(&server.anonymous(), "key", "carl@example.com").await;
    let rotated = [
        ("JWT_SECRET", "the next secret, which is long enough as well"),
        ("JWT_PREVIOUS_SECRETS", SECRET),
    ];
    let server = server.restart(&rotated).await;
    let again = registration(&server.anonymous(), "key", "carl@example.com").await;
    is_replay(&again.is(201), &first.is(201));
    let other = registration(&server.anonymous(), "key", "carla@example.com").await;
    other.is_error(422, "idempotency_key_reused");
}
