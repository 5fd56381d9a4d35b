//! `PATCH` and `DELETE /api/posts/{id}`

use serde_json::{Value, json};

use crate::support::TestServer;

#[tokio::test]
async fn a_change_is_seen_at_once_everywhere() {
    let server = TestServer::start().await;
    let ann = server.ann();
    let created = ann.write("Title", true).await;
    let path = format!("/api/posts/{}", created.id());
    server.anonymous().get("/api/posts").await.is(200);
    let change = json!({"title": " New title ", "content": "New text"});
    let changed = ann.patch(&path, change).await.is(200);
    let post = changed.data();
    assert_eq!((&post["title"], &post["content"]), (&json!("New title"), &json!("New text")));
    assert!(post["updatedAt"].as_str() > created.data()["updatedAt"].as_str());
    assert_eq!(post["createdAt"], created.data()["createdAt"]);
    assert_ne!(changed.etag(), created.etag());
    let read = server.anonymous().get(&path).await;
    assert_eq!((read.data(), read.etag()), (post.clone(), changed.etag()));
    let list = server.anonymous().get("/api/posts").await;
    assert_eq!(list.data(), json!([post]));
}

#[tokio::test]
async fn a_change_that_changes_nothing_makes_no_new_version() {
    let server = TestServer::start().await;
    let created = server.ann().write("Title", true).await;
    let path = format!("/api/posts/{}", created.id());
    let same = json!({"title": " Title", "content": "Some text", "published": true});
    for nothing in [json!({}), same] {
        let answer = server.ann().patch(&path, nothing).await.is(200);
        assert_eq!((answer.data(), answer.etag()), (created.data(), created.etag()));
    }
}

#[tokio::test]
async fn a_change_is_checked_like_a_new_post() {
    let server = TestServer::start().await;
    let path = format!("/api/posts/{}", server.ann().write("Title", true).await.id());
    let body = json!({"author": {}, "title": "", "published": null, "content": 1});
    let answer = server.ann().patch(&path, body).await;
    answer.is_invalid(&[
        ("title", "required"),
        ("content", "invalid_type"),
        ("published", "invalid_type"),
        ("author", "unknown"),
    ]);
    let empty = server.ann().patch(&path, Value::Null).body("").await;
    empty.is_error(400, "malformed_json");
}

#[tokio::test]
async fn a_deleted_post_is_gone_from_everywhere() {
    let server = TestServer::start().await;
    let path = format!("/api/posts/{}", server.ann().write("Title", true).await.id());
    assert_eq!(server.anonymous().get("/api/posts").await.column("title"), ["Title"]);
    server.ann().delete(&path).await.is(204);
    server.ann().get(&path).await.is_error(404, "not_found");
    server.ann().delete(&path).await.is_error(404, "not_found");
    server.ann().patch(&path, json!({})).await.is_error(404, "not_found");
    assert_eq!(server.anonymous().get("/api/posts").await.data(), json!([]));
}

#[tokio::test]
async fn a_body_that_no_route_reads_is_ignored() {
    let server = TestServer::start().await;
    let path = format!("/api/posts/{}", server.ann().write("Title", true).await.id());
    let large = "x".repeat(300_000);
    server.ann().get(&path).body("{oops").header("content-type", "text/plain").await.is(200);
    let encoded = server.ann().delete(&path).body(large).header("content-encoding", "gzip");
    encoded.await.is(204);
}
