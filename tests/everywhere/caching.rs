//! What caches on the way may do.

use crate::support::TestServer;

const VARY: &str = "Authorization, Accept, Origin";

#[tokio::test]
async fn public_reads_are_checked_again_and_the_rest_is_never_stored() {
    let server = TestServer::start().await;
    let post = format!("/api/posts/{}", server.ann().write("Title", true).await.id());
    let user = format!("/api/users/{}", server.ann().id());
    for (path, expected) in [
        ("/api/posts", "no-cache"),
        (&post, "no-cache"),
        ("/api/posts/x", "no-cache"),
        ("/api/openapi.json", "no-cache"),
        ("/api/users", "private, no-store"),
        ("/api/users/me", "private, no-store"),
        (&user, "private, no-store"),
        ("/api/auth/login", "private, no-store"),
    ] {
        for client in [server.ann(), server.anonymous()] {
            let answer = client.get(path).await;
            assert_eq!(answer.header("cache-control"), expected, "{path}");
            assert_eq!(answer.header("vary"), VARY, "{path}");
        }
    }
    let tag = server.anonymous().get(&post).await.etag();
    let request = server.anonymous().get(&post).header("if-none-match", &tag);
    let answer = request.await.is(304);
    assert_eq!(answer.header("cache-control"), "no-cache");
    assert_eq!(answer.header("vary"), VARY);
}

#[tokio::test]
async fn a_login_is_never_stored() {
    let server = TestServer::start().await;
    let answer = server.anonymous().try_login("ann@example.com", "correct horse").await.is(200);
    assert_eq!(answer.header("cache-control"), "private, no-store");
}
