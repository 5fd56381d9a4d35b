//! `POST /api/posts`

use serde_json::{Value, json};

use crate::support::TestServer;

fn with(field: &str, value: Value) -> Value {
    let mut body = json!({"title": "Title", "content": "Content"});
    body[field] = value;
    body
}

#[tokio::test]
async fn a_new_post_is_at_the_place_that_location_names() {
    let server = TestServer::start().await;
    let ann = server.ann();
    let body =
        json!({"title": "  Ein Titel ", "content": " Text\r\n\twith ends ", "published": true});
    let created = ann.post("/api/posts", body).await.is(201);
    assert_eq!(created.message(), "Post created successfully");
    let post = created.data();
    assert_eq!(post["title"], "Ein Titel", "trimmed");
    assert_eq!(post["content"], " Text\r\n\twith ends ", "as sent");
    assert_eq!(post["published"], true);
    assert_eq!(post["author"], json!({"id": ann.id(), "name": "Ann"}));
    assert_eq!(post["createdAt"], post["updatedAt"]);
    assert_eq!(&created.id()[14..15], "7", "a UUID of version 7");
    let location = format!("/api/posts/{}", created.id());
    assert_eq!(created.header("location"), location);
    let read = server.anonymous().get(&location).await.is(200);
    assert_eq!((read.data(), read.etag()), (post, created.etag()));
    assert!(!read.etag().starts_with("W/"));
}

#[tokio::test]
async fn a_post_is_a_draft_unless_it_says_otherwise() {
    let server = TestServer::start().await;
    for body in [with("title", json!("a")), with("published", json!(false))] {
        let post = server.ann().post("/api/posts", body).await.is(201).data();
        assert_eq!(post["published"], false);
    }
}

#[tokio::test]
async fn writing_needs_a_token() {
    let server = TestServer::start().await;
    let answer = server.anonymous().post("/api/posts", with("title", json!("a"))).await;
    answer.is_error(401, "unauthenticated");
}

#[tokio::test]
async fn each_field_is_checked_and_all_faults_are_told_at_once() {
    let server = TestServer::start().await;
    let ann = server.ann();
    let body = json!({"authorId": 1, "published": "yes", "content": "", "title": " "});
    let answer = ann.post("/api/posts", body).await;
    let answer = answer.is_invalid(&[
        ("title", "required"),
        ("content", "required"),
        ("published", "invalid_type"),
        ("authorId", "unknown"),
    ]);
    assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 4);
    for (field, value, code) in [
        ("title", json!("x".repeat(201)), "too_long"),
        ("title", json!("a\nb"), "invalid_characters"),
        ("title", json!("a\0b"), "invalid_characters"),
        ("title", json!(null), "invalid_type"),
        ("title", json!(7), "invalid_type"),
        ("content", json!("x".repeat(20_001)), "too_long"),
        ("content", json!(" \n\t\u{2003}"), "required"),
        ("content", json!("a\0b"), "invalid_characters"),
        ("content", json!("a\u{1b}[0m"), "invalid_characters"),
        ("content", json!("a\u{85}b"), "invalid_characters"),
        ("content", json!(["a"]), "invalid_type"),
        ("published", json!(null), "invalid_type"),
        ("published", json!(1), "invalid_type"),
        ("published", json!("true"), "invalid_type"),
    ] {
        let answer = ann.post("/api/posts", with(field, value)).await;
        answer.is_invalid(&[(field, code)]);
    }
    ann.post("/api/posts", json!({}))
        .await
        .is_invalid(&[("title", "required"), ("content", "required")]);
}

#[tokio::test]
async fn the_longest_texts_are_taken_however_they_are_escaped() {
    let server = TestServer::start().await;
    let ann = server.ann();
    let (title, content) = ("😀".repeat(200), "😀".repeat(20_000));
    let body = with("content", json!(content));
    let plain = ann.post("/api/posts", body).await.is(201);
    assert_eq!(plain.data()["content"], content);
    // Twelve bytes for each character.
    let escaped = format!(
        r#"{{"title":"{}","content":"{}"}}"#,
        "\\ud83d\\ude00".repeat(200),
        "\\ud83d\\ude00".repeat(20_000)
    );
    assert!(escaped.len() > 240_000);
    let request = ann.post("/api/posts", Value::Null).body(escaped);
    let post = request.await.is(201).data();
    assert_eq!((&post["title"], &post["content"]), (&json!(title), &json!(content)));
}
