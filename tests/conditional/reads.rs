//! `ETag` and `If-None-Match`

use serde_json::json;

use super::post_of;
use crate::support::TestServer;

#[tokio::test]
async fn one_resource_that_the_client_has_already_is_304_without_a_body() {
    let server = TestServer::start().await;
    let (post, _) = post_of(&server.ann()).await;
    let ann = format!("/api/users/{}", server.ann().id());
    for path in [&post, &ann, "/api/users/me"] {
        let tag = server.ann().get(path).await.is(200).etag();
        assert!(tag.starts_with('"') && tag.ends_with('"'), "strong: {tag}");
        for known in [
            tag.clone(),
            format!("W/{tag}"),
            "*".to_owned(),
            format!("\"other\", {tag}"),
            format!("\"a,b\" , W/{tag},\"x\""),
        ] {
            let answer = server.ann().get(path).header("if-none-match", &known).await;
            let answer = answer.is(304);
            assert_eq!(answer.etag(), tag, "{known}");
        }
        for other in ["\"other\"", "", &tag[1..tag.len() - 1], "nonsense"] {
            server.ann().get(path).header("if-none-match", other).await.is(200);
        }
    }
}

#[tokio::test]
async fn a_list_of_posts_has_a_weak_tag_that_comes_back_with_its_state() {
    let server = TestServer::start().await;
    let (path, _) = post_of(&server.ann()).await;
    let list = |tag: &str| server.anonymous().get("/api/posts").header("if-none-match", tag);
    let first = server.anonymous().get("/api/posts").await.is(200).etag();
    assert!(first.starts_with("W/\""), "{first}");
    list(&first).await.is(304);
    list(first.trim_start_matches("W/")).await.is(304);
    server.ann().patch(&path, json!({"title": "Other"})).await.is(200);
    let second = list(&first).await.is(200).etag();
    assert_ne!(second, first);
    server.ann().delete(&path).await.is(204);
    let third = list(&second).await.is(200).etag();
    assert!(third != first && third != second);
    let walk = server.anonymous().get("/api/posts?cursor=").await.is(200).etag();
    let again = server.anonymous().get("/api/posts?cursor=").header("if-none-match", &walk);
    again.await.is(304);
}

#[tokio::test]
async fn the_tag_of_a_list_is_the_same_on_every_replica_and_after_a_restart() {
    let server = TestServer::start().await;
    post_of(&server.ann()).await;
    let tag = server.anonymous().get("/api/posts").await.etag();
    let server = server.restart(&[("CACHE_TTL_SECONDS", "0")]).await;
    assert_eq!(server.anonymous().get("/api/posts").await.etag(), tag, "without a cache");
    let server = server.restart(&[]).await;
    assert_eq!(server.anonymous().get("/api/posts").await.etag(), tag, "with one");
}
