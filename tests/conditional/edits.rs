//! `If-Match`

use serde_json::json;

use super::post_of;
use crate::support::{Client, TestServer, all};

#[tokio::test]
async fn several_lines_of_a_condition_are_one_list() {
    let server = TestServer::start().await;
    let (path, tag) = post_of(&server.ann()).await;
    let request = server.ann().get(&path).header("if-none-match", "\"x\"");
    request.header("if-none-match", &tag).await.is(304);
    let request = server.ann().patch(&path, json!({})).header("if-match", "\"x\"");
    request.header("if-match", &tag).await.is(200);
}

#[tokio::test]
async fn an_edit_on_the_state_that_was_read_passes_and_on_another_is_412() {
    let server = TestServer::start().await;
    let (path, first) = post_of(&server.ann()).await;
    let edit = |tag: &str, title: &str| {
        server.ann().patch(&path, json!({"title": title})).header("if-match", tag)
    };
    let second = edit(&first, "Two").await.is(200).etag();
    let refused = edit(&first, "Three").await.is_error(412, "version_conflict");
    assert_eq!(refused.etag(), second, "the present tag");
    assert_eq!(server.ann().get(&path).await.data()["title"], "Two");
    let third = edit(&refused.etag(), "Three").await.is(200).etag();
    let refused = server.ann().delete(&path).header("if-match", &second).await;
    assert_eq!(refused.is_error(412, "version_conflict").etag(), third);
    server.ann().delete(&path).header("if-match", &third).await.is(204);
}

#[tokio::test]
async fn the_condition_takes_the_star_lists_and_the_weak_form() {
    let server = TestServer::start().await;
    let (path, tag) = post_of(&server.ann()).await;
    let edit = |tag: &str| server.ann().patch(&path, json!({})).header("if-match", tag);
    for good in ["*", &tag, &format!("W/{tag}"), &format!("\"x\" ,W/{tag}, \"y\"")] {
        edit(good).await.is(200);
    }
    for bad in ["\"x\"", "W/\"x\"", "\"\"", "\"*\""] {
        let refused = edit(bad).await;
        assert_eq!((refused.status, refused.code().as_str()), (412, "version_conflict"), "{bad}");
        assert_eq!(refused.etag(), tag);
    }
}

#[tokio::test]
async fn what_is_no_tag_is_told_to_have_no_quotes_and_not_that_something_changed() {
    let server = TestServer::start().await;
    let (path, tag) = post_of(&server.ann()).await;
    let by_id = format!("/api/users/{}", server.ann().id());
    let unquoted = &tag[1..tag.len() - 1];
    for malformed in [unquoted, "", "nonsense", "W/1", "\"1", "*, \"1\""] {
        for (client, path) in [
            (server.ann(), path.as_str()),
            (server.ann(), "/api/users/me"),
            (server.admin(), by_id.as_str()),
        ] {
            let edit = client.patch(path, json!({}));
            for request in [edit, client.delete(path)] {
                let refused = request.header("if-match", malformed).await;
                let told = refused.json()["errors"][0]["message"].to_string();
                assert!(told.contains("double quotes"), "{malformed}: {told}");
                refused.is_invalid(&[("If-Match", "invalid_type")]);
            }
        }
    }
    // Last, after what is wrong in the body.
    let edit = server.ann().patch(&path, json!({"title": ""}));
    let refused = edit.header("if-match", unquoted).await;
    refused.is_invalid(&[("title", "required"), ("If-Match", "invalid_type")]);
}

#[tokio::test]
async fn users_are_edited_and_deleted_under_the_same_conditions() {
    let server = TestServer::start().await;
    let by_id = format!("/api/users/{}", server.ann().id());
    for (client, path) in [(server.ann(), "/api/users/me"), (server.admin(), &by_id)] {
        let tag = client.get(path).await.etag();
        let edit = |tag: &str, name: &str| {
            client.patch(path, json!({"name": name})).header("if-match", tag)
        };
        let next = edit(&tag, path).await.is(200).etag();
        let refused = edit(&tag, "Late").await.is_error(412, "version_conflict");
        assert_eq!(refused.etag(), next);
        let refused = client.delete(path).header("if-match", &tag).await;
        assert_eq!(refused.is_error(412, "version_conflict").etag(), next);
    }
    let tag = server.ann().get("/api/users/me").await.etag();
    server.ann().delete("/api/users/me").header("if-match", &tag).await.is(204);
}

#[tokio::test]
async fn an_authors_rename_changes_the_tags_of_their_posts_but_fails_no_edit() {
    let server = TestServer::start().await;
    let (path, tag) = post_of(&server.ann()).await;
    let before = server.ann().get(&path).await;
    server.ann().patch("/api/users/me", json!({"name": "Anna"})).await.is(200);
    let after = server.ann().get(&path).header("if-none-match", &tag).await.is(200);
    assert_ne!(after.etag(), tag);
    assert_eq!(after.data()["updatedAt"], before.data()["updatedAt"], "the post is unchanged");
    let edit = server.ann().patch(&path, json!({"title": "New"})).header("if-match", &tag);
    edit.await.is(200);
    server.ann().delete(&path).header("if-match", "*").await.is(204);
}

#[tokio::test]
async fn of_two_edits_of_one_state_one_passes_even_at_the_same_time() {
    let server = TestServer::start().await;
    for _ in 0..5 {
        let (path, tag) = post_of(&server.ann()).await;
        let edits = (0..4).map(|index| {
            let body = json!({"title": format!("Edit {index}")});
            let request = server.ann().patch(&path, body).header("if-match", &tag);
            async move { request.await.status }
        });
        let mut statuses = all(edits).await;
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412, 412, 412]);
    }
}

#[tokio::test]
async fn without_a_condition_the_last_write_wins() {
    let server = TestServer::start().await;
    let (path, _) = post_of(&server.ann()).await;
    let edits = (0..6).map(|index| {
        let request = server.ann().patch(&path, json!({"title": format!("Edit {index}")}));
        async move { request.await.status }
    });
    assert_eq!(all(edits).await, [200; 6]);
}

#[tokio::test]
async fn rights_and_validity_come_before_the_condition() {
    let server = TestServer::start().await;
    let (path, _) = post_of(&server.ann()).await;
    let draft = format!("/api/posts/{}", server.ann().write("Draft", false).await.id());
    let stale =
        |client: Client, path: &str, body| client.patch(path, body).header("if-match", "\"x\"");
    stale(server.bob(), &path, json!({})).await.is_error(403, "forbidden");
    stale(server.bob(), &draft, json!({})).await.is_error(404, "not_found");
    stale(server.ann(), &path, json!({"title": ""})).await.is_error(400, "validation_failed");
    // The condition comes before the conflict.
    let taken = json!({"email": "bob@example.com"});
    stale(server.ann(), "/api/users/me", taken).await.is_error(412, "version_conflict");
    let admin = format!("/api/users/{}", server.admin().id());
    let demotion = json!({"role": "USER"});
    stale(server.admin(), &admin, demotion).await.is_error(412, "version_conflict");
}

#[tokio::test]
async fn conditions_are_ignored_where_they_have_no_meaning() {
    let server = TestServer::start().await;
    let body = json!({"title": "a", "content": "b"});
    let request = server.ann().post("/api/posts", body).header("if-none-match", "*");
    request.header("if-match", "\"x\"").await.is(201);
    let (path, _) = post_of(&server.ann()).await;
    server.ann().get(&path).header("if-match", "\"x\"").await.is(200);
    let request = server.ann().patch(&path, json!({})).header("if-none-match", "*");
    request.await.is(200);
}
