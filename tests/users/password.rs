//! `PUT /api/users/me/password`

use serde_json::{Value, json};

use crate::support::{ANN, PASSWORD, TestServer};

const PATH: &str = "/api/users/me/password";
const NEW: &str = "another password";

fn change(current: &str, new: &str) -> Value {
    json!({"currentPassword": current, "newPassword": new})
}

#[tokio::test]
async fn a_change_of_password_ends_every_earlier_token_and_gives_a_fresh_one() {
    let server = TestServer::start().await;
    let ann = server.ann();
    let elsewhere = server.anonymous().login(ANN, PASSWORD).await;
    let session = ann.put(PATH, change(PASSWORD, NEW)).await.is(200).data();
    assert_eq!(session["tokenType"], "Bearer");
    assert_eq!(&session["user"], ann.user());
    for old in [&ann, &elsewhere] {
        let refused = old.get("/api/users/me").await.is_error(401, "token_revoked");
        assert_eq!(refused.message(), "Token revoked");
    }
    let fresh = server.anonymous().with_token(session["token"].as_str().unwrap());
    fresh.get("/api/users/me").await.is(200);
    let old = server.anonymous().try_login(ANN, PASSWORD).await;
    old.is_error(401, "invalid_credentials");
    server.anonymous().login(ANN, NEW).await;
}

#[tokio::test]
async fn it_makes_no_new_version_of_the_user() {
    let server = TestServer::start().await;
    let before = server.ann().get("/api/users/me").await;
    let session = server.ann().put(PATH, change(PASSWORD, NEW)).await.is(200).data();
    let fresh = server.anonymous().with_token(session["token"].as_str().unwrap());
    let after = fresh.get("/api/users/me").await;
    assert_eq!((after.etag(), after.data()), (before.etag(), before.data()));
}

#[tokio::test]
async fn it_needs_the_present_password_and_a_token() {
    let server = TestServer::start().await;
    let ann = server.ann();
    let refused = ann.put(PATH, change("wrong", NEW)).await;
    let refused = refused.is_error(401, "invalid_credentials");
    assert_eq!(refused.header("www-authenticate"), "Bearer");
    assert_eq!(refused.message(), "Invalid credentials");
    let anonymous = server.anonymous().put(PATH, change(PASSWORD, NEW)).await;
    anonymous.is_error(401, "unauthenticated");
    ann.get("/api/users/me").await.is(200);
    server.anonymous().login(ANN, PASSWORD).await;
}

#[tokio::test]
async fn the_new_password_is_checked_like_that_of_a_registration() {
    let server = TestServer::start().await;
    let ann = server.ann();
    let answer = ann.put(PATH, change(PASSWORD, "short")).await;
    let answer = answer.is_invalid(&[("newPassword", "too_short")]);
    let message = &answer.json()["errors"][0]["message"];
    assert_eq!(message, "Password must be at least 8 characters");
    let answer = ann.put(PATH, change("", &"x".repeat(129))).await;
    answer.is_invalid(&[("currentPassword", "too_short"), ("newPassword", "too_long")]);
    let answer = ann.put(PATH, json!({"password": "x"})).await;
    answer.is_invalid(&[
        ("currentPassword", "required"),
        ("newPassword", "required"),
        ("password", "unknown"),
    ]);
}

#[tokio::test]
async fn a_present_password_that_is_far_too_long_is_just_wrong() {
    let server = TestServer::start().await;
    let long = "x".repeat(1_025);
    let answer = server.ann().put(PATH, change(&long, NEW)).await;
    answer.is_error(401, "invalid_credentials");
}
