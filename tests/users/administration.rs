//! `PATCH /api/users/{id}`

use serde_json::json;

use crate::support::{ANN, PASSWORD, TestServer};

#[tokio::test]
async fn an_administrator_changes_name_role_and_state() {
    let server = TestServer::start().await;
    let path = format!("/api/users/{}", server.ann().id());
    let before = server.admin().get(&path).await;
    let changes = json!({"name": "Anna", "role": "ADMIN", "active": true});
    let changed = server.admin().patch(&path, changes).await.is(200);
    assert_eq!(changed.data()["name"], "Anna");
    assert_eq!(changed.data()["role"], "ADMIN");
    assert_ne!(changed.etag(), before.etag());
    assert_eq!(server.admin().get(&path).await.data(), changed.data());
    for other in [server.ann(), server.bob()] {
        // Her token ended with the change of her role.
        assert!(matches!(other.patch(&path, json!({})).await.status, 401 | 403));
    }
    let anna = server.anonymous().login(ANN, PASSWORD).await;
    anna.get("/api/users").await.is(200);
}

#[tokio::test]
async fn a_change_of_role_ends_all_tokens_for_good() {
    let server = TestServer::start().await;
    let (ann, path) = (server.ann(), format!("/api/users/{}", server.ann().id()));
    server.admin().patch(&path, json!({"role": "ADMIN"})).await.is(200);
    ann.get("/api/users/me").await.is_error(401, "token_revoked");
    server.admin().patch(&path, json!({"role": "USER"})).await.is(200);
    ann.get("/api/users/me").await.is_error(401, "token_revoked");
}

#[tokio::test]
async fn a_demotion_holds_at_once() {
    let server = TestServer::start().await;
    let path = format!("/api/users/{}", server.ann().id());
    server.admin().patch(&path, json!({"role": "ADMIN"})).await.is(200);
    let ann = server.anonymous().login(ANN, PASSWORD).await;
    ann.get("/api/users").await.is(200);
    server.admin().patch(&path, json!({"role": "USER"})).await.is(200);
    ann.get("/api/users").await.is_error(401, "token_revoked");
    let ann = server.anonymous().login(ANN, PASSWORD).await;
    ann.get("/api/users").await.is_error(403, "forbidden");
}

#[tokio::test]
async fn a_deactivated_account_is_shut_out_at_once_and_comes_back_with_a_new_token() {
    let server = TestServer::start().await;
    let (ann, path) = (server.ann(), format!("/api/users/{}", server.ann().id()));
    ann.get("/api/users/me").await.is(200);
    let changed = server.admin().patch(&path, json!({"active": false})).await;
    assert_eq!(changed.is(200).data()["active"], false);
    let refused = ann.get("/api/users/me").await.is_error(401, "token_revoked");
    assert_eq!(refused.message(), "Token revoked");
    let login = server.anonymous().try_login(ANN, PASSWORD).await;
    let login = login.is_error(401, "invalid_credentials");
    assert_eq!(login.message(), "Invalid credentials");
    server.admin().patch(&path, json!({"active": true})).await.is(200);
    ann.get("/api/users/me").await.is_error(401, "token_revoked");
    let back = server.anonymous().login(ANN, PASSWORD).await;
    back.get("/api/users/me").await.is(200);
}

#[tokio::test]
async fn setting_what_is_already_so_changes_nothing_and_ends_no_token() {
    let server = TestServer::start().await;
    let path = format!("/api/users/{}", server.ann().id());
    let before = server.admin().get(&path).await;
    for nothing in [json!({}), json!({"role": "USER", "active": true, "name": "Ann"})] {
        let answer = server.admin().patch(&path, nothing).await.is(200);
        assert_eq!((answer.data(), answer.etag()), (before.data(), before.etag()));
    }
    server.ann().get("/api/users/me").await.is(200);
}

#[tokio::test]
async fn an_administrator_renames_without_ending_tokens() {
    let server = TestServer::start().await;
    let path = format!("/api/users/{}", server.ann().id());
    server.admin().patch(&path, json!({"name": "Anna"})).await.is(200);
    assert_eq!(server.ann().get("/api/users/me").await.data()["name"], "Anna");
}

#[tokio::test]
async fn what_an_administrator_sends_is_checked_too() {
    let server = TestServer::start().await;
    let path = format!("/api/users/{}", server.ann().id());
    let body = json!({"email": "x@example.com", "active": "yes", "role": "user", "name": ""});
    let answer = server.admin().patch(&path, body).await;
    answer.is_invalid(&[
        ("name", "required"),
        ("role", "not_allowed"),
        ("active", "invalid_type"),
        ("email", "unknown"),
    ]);
    let body = json!({"role": null, "active": null});
    let answer = server.admin().patch(&path, body).await;
    answer.is_invalid(&[("role", "invalid_type"), ("active", "invalid_type")]);
    let absent = "/api/users/01890000-0000-7000-8000-000000000000";
    server.admin().patch(absent, json!({})).await.is_error(404, "not_found");
}
