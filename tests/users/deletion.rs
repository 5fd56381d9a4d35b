//! `DELETE /api/users/me` and `DELETE /api/users/{id}`

use serde_json::json;

use crate::support::{ANN, PASSWORD, TestServer, multiply};

#[tokio::test]
async fn a_user_goes_with_their_posts_their_token_and_their_address() {
    let server = TestServer::start().await;
    let ann = server.ann();
    let post = ann.write("Published", true).await.id();
    ann.write("Draft", false).await;
    let kept = server.bob().write("Kept", true).await.id();
    server.anonymous().get("/api/posts").await.is(200);
    ann.delete("/api/users/me").await.is(204);

    let refused = ann.get("/api/users/me").await.is_error(401, "token_revoked");
    assert_eq!(refused.message(), "User not found");
    let public = server.anonymous().get("/api/posts").await.is(200);
    assert_eq!(public.column("id"), [kept]);
    let drafts = server.admin().get("/api/posts?published=false").await.is(200);
    assert_eq!(drafts.json()["pagination"]["total"], 0);
    let gone = server.anonymous().get(&format!("/api/posts/{post}")).await;
    gone.is_error(404, "not_found");
    let gone = server.admin().get(&format!("/api/users/{}", ann.id())).await;
    gone.is_error(404, "not_found");
    let login = server.anonymous().try_login(ANN, PASSWORD).await;
    login.is_error(401, "invalid_credentials");
    let again = server.register_user("Ann").await;
    assert_ne!(again.id(), ann.id());
    again.get("/api/users/me").await.is(200);
    ann.get("/api/users/me").await.is_error(401, "token_revoked");
}

/// With the waits of a server as it is configured by default.
#[tokio::test]
async fn an_account_of_very_many_posts_goes_while_others_write() {
    let server = TestServer::with(&[
        ("DATABASE_ACQUIRE_TIMEOUT_MS", "800"),
        ("DATABASE_STATEMENT_TIMEOUT_MS", "2000"),
    ])
    .await;
    server.ann().write("Post", true).await;
    multiply(&server.sql().await, 50_000).await;
    let ann = server.ann();
    let delete = tokio::spawn(async move { ann.delete("/api/users/me").await.is(204) });
    let mut written = 0;
    while !delete.is_finished() {
        server.bob().write("in between", true).await;
        written += 1;
    }
    delete.await.expect("she is gone");
    assert!(written > 5, "{written}");
    let refused = server.ann().get("/api/users/me").await;
    refused.is_error(401, "token_revoked");
    let left = server.anonymous().get("/api/posts").await.is(200);
    assert_eq!(left.json()["pagination"]["total"], written);
    let orphans = "UPDATE posts SET version = version WHERE title LIKE 'Post%'";
    assert_eq!(server.sql().await.run(orphans).await, 0);
}

#[tokio::test]
async fn an_administrator_deletes_anybody() {
    let server = TestServer::start().await;
    let path = format!("/api/users/{}", server.ann().id());
    server.bob().delete(&path).await.is_error(403, "forbidden");
    server.ann().delete(&path).await.is_error(403, "forbidden");
    server.admin().delete(&path).await.is(204);
    server.admin().delete(&path).await.is_error(404, "not_found");
    let refused = server.ann().get("/api/users/me").await;
    refused.is_error(401, "token_revoked");
}

#[tokio::test]
async fn users_without_the_right_learn_nothing_of_who_exists() {
    let server = TestServer::start().await;
    for id in ["nonsense", "01890000-0000-7000-8000-000000000000"] {
        let path = format!("/api/users/{id}");
        server.ann().delete(&path).await.is_error(403, "forbidden");
        let patch = server.ann().patch(&path, json!({})).await;
        patch.is_error(403, "forbidden");
        server.admin().delete(&path).await.is_error(404, "not_found");
    }
}

#[tokio::test]
async fn a_deletion_ignores_a_body() {
    let server = TestServer::start().await;
    let request = server.ann().delete("/api/users/me").body("{not json");
    request.header("content-type", "text/plain").await.is(204);
}
