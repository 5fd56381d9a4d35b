//! `GET` and `PATCH /api/users/me`

use serde_json::json;

use crate::support::{PASSWORD, TestServer};

#[tokio::test]
async fn everybody_reads_themselves() {
    let server = TestServer::start().await;
    let ann = server.ann();
    let me = ann.get("/api/users/me").await.is(200);
    assert_eq!(&me.data(), ann.user());
    let by_id = ann.get(&format!("/api/users/{}", ann.id())).await.is(200);
    assert_eq!((by_id.data(), by_id.etag()), (me.data(), me.etag()));
    server.anonymous().get("/api/users/me").await.is_error(401, "unauthenticated");
}

#[tokio::test]
async fn me_is_no_id_anywhere_but_there() {
    let server = TestServer::start().await;
    let admin = server.admin();
    for path in ["/api/users/ME", "/api/users/me2", "/api/users/%6De2"] {
        admin.get(path).await.is_error(404, "not_found");
    }
    admin.patch("/api/users/Me", json!({})).await.is_error(404, "not_found");
    admin.get("/api/posts/me").await.is_error(404, "not_found");
}

#[tokio::test]
async fn a_change_of_name_and_address_is_seen_at_once_and_keeps_the_token() {
    let server = TestServer::start().await;
    let ann = server.ann();
    let before = ann.get("/api/users/me").await;
    let changes = json!({"name": " Anna ", "email": "Anna@Example.com"});
    let changed = ann.patch("/api/users/me", changes).await.is(200);
    assert_eq!(changed.data()["name"], "Anna");
    assert_eq!(changed.data()["email"], "anna@example.com");
    assert!(!changed.message().is_empty());
    assert_ne!(changed.etag(), before.etag());
    assert!(changed.data()["updatedAt"].as_str() > before.data()["updatedAt"].as_str());
    assert_eq!(changed.data()["createdAt"], before.data()["createdAt"]);
    let after = ann.get("/api/users/me").await.is(200);
    assert_eq!((after.data(), after.etag()), (changed.data(), changed.etag()));
    server.anonymous().login("anna@example.com", PASSWORD).await;
    let old = server.anonymous().try_login("ann@example.com", PASSWORD).await;
    old.is_error(401, "invalid_credentials");
}

#[tokio::test]
async fn a_change_that_changes_nothing_makes_no_new_version() {
    let server = TestServer::start().await;
    let ann = server.ann();
    let before = ann.get("/api/users/me").await;
    let same = json!({"name": "Ann", "email": "ANN@example.com"});
    for nothing in [json!({}), same] {
        let answer = ann.patch("/api/users/me", nothing).await.is(200);
        assert_eq!((answer.data(), answer.etag()), (before.data(), before.etag()));
    }
}

#[tokio::test]
async fn an_address_of_somebody_else_is_taken() {
    let server = TestServer::start().await;
    let taken = json!({"email": "BOB@example.com", "name": "Robert"});
    let answer = server.ann().patch("/api/users/me", taken).await;
    answer.is_error(409, "email_taken");
    assert_eq!(server.ann().get("/api/users/me").await.data()["name"], "Ann");
}

#[tokio::test]
async fn nobody_changes_their_own_role_state_or_password_here() {
    let server = TestServer::start().await;
    let body = json!({"active": false, "password": "another one", "role": "ADMIN"});
    let answer = server.ann().patch("/api/users/me", body).await;
    answer.is_invalid(&[("active", "unknown"), ("password", "unknown"), ("role", "unknown")]);
    let admin = server.admin().patch("/api/users/me", json!({"role": "USER"})).await;
    admin.is_invalid(&[("role", "unknown")]);
}

#[tokio::test]
async fn a_change_is_checked_like_a_registration() {
    let server = TestServer::start().await;
    let body = json!({"email": "nobody", "name": " "});
    let answer = server.ann().patch("/api/users/me", body).await;
    answer.is_invalid(&[("name", "required"), ("email", "invalid_email")]);
    let body = json!({"email": null, "name": null});
    let answer = server.ann().patch("/api/users/me", body).await;
    answer.is_invalid(&[("name", "invalid_type"), ("email", "invalid_type")]);
}
