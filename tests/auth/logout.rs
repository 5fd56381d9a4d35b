//! `POST /api/auth/logout`

use reqwest::Method;
use serde_json::json;

use crate::support::{ANN, PASSWORD, TestServer};

const PATH: &str = "/api/auth/logout";

#[tokio::test]
async fn a_logout_without_a_body_ends_this_one_token_at_once() {
    let server = TestServer::start().await;
    let ann = server.ann();
    let elsewhere = server.anonymous().login(ANN, PASSWORD).await;
    ann.get("/api/users/me").await.is(200);
    ann.request(Method::POST, PATH).await.is(204);
    let refused = ann.get("/api/users/me").await.is_error(401, "token_revoked");
    assert_eq!(refused.message(), "Token revoked");
    ann.request(Method::POST, PATH).await.is_error(401, "token_revoked");
    elsewhere.get("/api/users/me").await.is(200);
}

#[tokio::test]
async fn an_empty_object_and_false_are_the_same_as_no_body() {
    for body in [json!({}), json!({"everywhere": false})] {
        let server = TestServer::start().await;
        let elsewhere = server.anonymous().login(ANN, PASSWORD).await;
        server.ann().post(PATH, body).await.is(204);
        server.ann().get("/api/users/me").await.is_error(401, "token_revoked");
        elsewhere.get("/api/users/me").await.is(200);
    }
}

#[tokio::test]
async fn a_logout_everywhere_ends_all_of_the_users_tokens_for_good() {
    let server = TestServer::start().await;
    let elsewhere = server.anonymous().login(ANN, PASSWORD).await;
    server.ann().post(PATH, json!({"everywhere": true})).await.is(204);
    for ended in [&server.ann(), &elsewhere] {
        ended.get("/api/users/me").await.is_error(401, "token_revoked");
    }
    server.bob().get("/api/users/me").await.is(200);
    // Within the same second, too.
    let back = server.anonymous().login(ANN, PASSWORD).await;
    back.get("/api/users/me").await.is(200);
    elsewhere.get("/api/users/me").await.is_error(401, "token_revoked");
}

#[tokio::test]
async fn what_was_logged_out_stays_so_after_a_restart() {
    let server = TestServer::start().await;
    server.ann().request(Method::POST, PATH).await.is(204);
    server.bob().post(PATH, json!({"everywhere": true})).await.is(204);
    let server = server.restart(&[]).await;
    server.ann().get("/api/users/me").await.is_error(401, "token_revoked");
    server.bob().get("/api/users/me").await.is_error(401, "token_revoked");
    server.admin().get("/api/users/me").await.is(200);
}

#[tokio::test]
async fn a_logout_makes_no_new_version_of_the_user() {
    let server = TestServer::start().await;
    let path = format!("/api/users/{}", server.ann().id());
    let before = server.admin().get(&path).await;
    server.ann().post(PATH, json!({"everywhere": true})).await.is(204);
    let after = server.admin().get(&path).await;
    assert_eq!((after.etag(), after.data()), (before.etag(), before.data()));
}

#[tokio::test]
async fn a_logout_needs_a_token_and_a_body_it_can_read() {
    let server = TestServer::start().await;
    let anonymous = server.anonymous().request(Method::POST, PATH).await;
    anonymous.is_error(401, "unauthenticated");
    let ann = server.ann();
    let answer = ann.post(PATH, json!({"everywhere": "yes", "all": true})).await;
    answer.is_invalid(&[("everywhere", "invalid_type"), ("all", "unknown")]);
    ann.post(PATH, json!(null)).await.is_error(400, "malformed_json");
    ann.post(PATH, json!([])).await.is_error(400, "malformed_json");
    let untyped = ann.request(Method::POST, PATH).body("{}").await;
    untyped.is_error(415, "unsupported_media_type");
    ann.get("/api/users/me").await.is(200);
}
