//! Who sees a draft, and who may touch a post.

use serde_json::json;

use crate::support::TestServer;

#[tokio::test]
async fn a_draft_is_404_for_everyone_but_its_author_and_administrators() {
    let server = TestServer::start().await;
    let path = format!("/api/posts/{}", server.ann().write("Draft", false).await.id());
    server.ann().get(&path).await.is(200);
    server.admin().get(&path).await.is(200);
    let missing = "/api/posts/01890000-0000-7000-8000-000000000000";
    for client in [server.bob(), server.anonymous()] {
        let draft = client.get(&path).header("x-request-id", "same").await;
        let draft = draft.is_error(404, "not_found");
        let none = client.get(missing).header("x-request-id", "same").await;
        assert_eq!(draft.text(), none.text(), "a draft and nothing are the same");
    }
}

#[tokio::test]
async fn of_somebody_elses_posts_a_draft_is_404_and_a_published_one_403() {
    let server = TestServer::start().await;
    let draft = format!("/api/posts/{}", server.ann().write("Draft", false).await.id());
    let published = format!("/api/posts/{}", server.ann().write("Public", true).await.id());
    let bob = server.bob();
    let change = json!({"title": "Mine"});
    bob.patch(&draft, change.clone()).await.is_error(404, "not_found");
    bob.delete(&draft).await.is_error(404, "not_found");
    bob.patch(&published, change.clone()).await.is_error(403, "forbidden");
    bob.delete(&published).await.is_error(403, "forbidden");
    let anonymous = server.anonymous();
    for path in [&draft, &published] {
        anonymous.patch(path, change.clone()).await.is_error(401, "unauthenticated");
        anonymous.delete(path).await.is_error(401, "unauthenticated");
    }
}

#[tokio::test]
async fn an_administrator_may_change_and_delete_any_post_and_the_author_stays() {
    let server = TestServer::start().await;
    for published in [false, true] {
        let created = server.ann().write("Title", published).await;
        let path = format!("/api/posts/{}", created.id());
        let changed = server.admin().patch(&path, json!({"title": "Better"})).await.is(200);
        assert_eq!(changed.data()["title"], "Better");
        assert_eq!(changed.data()["author"], created.data()["author"]);
        server.admin().delete(&path).await.is(204);
        server.ann().get(&path).await.is_error(404, "not_found");
    }
}

#[tokio::test]
async fn a_post_that_is_withdrawn_disappears_at_once() {
    let server = TestServer::start().await;
    let path = format!("/api/posts/{}", server.ann().write("Title", true).await.id());
    let tag = server.anonymous().get(&path).await.is(200).etag();
    assert_eq!(server.anonymous().get("/api/posts").await.column("title"), ["Title"]);
    server.ann().patch(&path, json!({"published": false})).await.is(200);
    // Visibility comes before the condition.
    let gone = server.anonymous().get(&path).header("if-none-match", &tag).await;
    gone.is_error(404, "not_found");
    assert_eq!(server.anonymous().get("/api/posts").await.data(), json!([]));
    server.ann().patch(&path, json!({"published": true})).await.is(200);
    assert_eq!(server.anonymous().get("/api/posts").await.column("title"), ["Title"]);
}
