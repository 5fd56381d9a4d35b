//! `GET /api/posts/{id}`

use crate::support::TestServer;

#[tokio::test]
async fn an_id_has_one_spelling_and_any_other_is_404() {
    let server = TestServer::start().await;
    let id = server.ann().write("Title", true).await.id();
    server.anonymous().get(&format!("/api/posts/{id}")).await.is(200);
    let bare = id.replace('-', "");
    let braced = format!("%7B{id}%7D");
    let trailing = format!("{id}/");
    let missing = "01890000-0000-7000-8000-000000000000";
    for other in [&id.to_uppercase(), &bare, &braced, &trailing, missing, "1", "%00", "%FF", "%2F"]
    {
        for client in [server.anonymous(), server.ann(), server.admin()] {
            let answer = client.get(&format!("/api/posts/{other}")).await;
            assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"), "{other}");
        }
    }
}

#[tokio::test]
async fn a_post_shows_its_authors_present_name() {
    let server = TestServer::start().await;
    let path = format!("/api/posts/{}", server.ann().write("Title", true).await.id());
    server.anonymous().get("/api/posts").await.is(200);
    let rename = serde_json::json!({"name": "Anna"});
    server.ann().patch("/api/users/me", rename).await.is(200);
    let post = server.anonymous().get(&path).await.is(200).data();
    assert_eq!(post["author"]["name"], "Anna");
    let list = server.anonymous().get("/api/posts").await.is(200).data();
    assert_eq!(list[0]["author"]["name"], "Anna");
}
