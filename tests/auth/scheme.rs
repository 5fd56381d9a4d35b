//! The `Authorization` header.

use crate::support::TestServer;

const PATH: &str = "/api/users/me";

#[tokio::test]
async fn no_token_is_401_with_a_bare_challenge() {
    let server = TestServer::start().await;
    let answer = server.anonymous().get(PATH).await.is_error(401, "unauthenticated");
    assert_eq!(answer.message(), "Access token required");
    assert_eq!(answer.header("www-authenticate"), "Bearer");
}

#[tokio::test]
async fn another_scheme_or_bearer_with_nothing_after_it_is_no_token() {
    let server = TestServer::start().await;
    let token = server.ann().token().to_owned();
    for line in [
        format!("Basic {token}"),
        format!("Token {token}"),
        format!("Bearer{token}"),
        token.clone(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        String::new(),
    ] {
        let request = server.anonymous().get(PATH).header("authorization", &line);
        let answer = request.await.is_error(401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), "Bearer", "{line}");
        // And so it is the anonymous view of what anonymous clients may see.
        let posts = server.anonymous().get("/api/posts");
        posts.header("authorization", &line).await.is(200);
    }
}

#[tokio::test]
async fn the_scheme_has_no_case() {
    let server = TestServer::start().await;
    for scheme in ["bearer", "BEARER", "bEaReR"] {
        let line = format!("{scheme} {}", server.ann().token());
        let request = server.anonymous().get(PATH).header("authorization", &line);
        request.await.is(200);
    }
}

#[tokio::test]
async fn two_headers_are_one_bad_token() {
    let server = TestServer::start().await;
    let line = format!("Bearer {}", server.ann().token());
    for second in [line.as_str(), "Basic x", ""] {
        let request = server.ann().get(PATH).header("authorization", second);
        let answer = request.await.is_error(401, "token_invalid");
        assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
    }
}

#[tokio::test]
async fn a_token_is_taken_from_the_header_alone() {
    let server = TestServer::start().await;
    let token = server.ann().token().to_owned();
    let query = server.anonymous().get(&format!("{PATH}?access_token={token}")).await;
    query.is_error(401, "unauthenticated");
    let cookie = server.anonymous().get(PATH).header("cookie", &format!("token={token}"));
    cookie.await.is_error(401, "unauthenticated");
}

#[tokio::test]
async fn bytes_that_are_no_text_are_a_bad_token() {
    let server = TestServer::start().await;
    let request = server.anonymous().get(PATH);
    let request = request.header_bytes("authorization", b"Bearer \xff\xfe");
    request.await.is_error(401, "token_invalid");
}

#[tokio::test]
async fn a_bad_token_is_refused_where_none_is_needed_but_looked_at() {
    let server = TestServer::start().await;
    let post = server.ann().write("Title", true).await.id();
    let bad = server.anonymous().with_token("nonsense");
    bad.get("/api/posts").await.is_error(401, "token_invalid");
    bad.get(&format!("/api/posts/{post}")).await.is_error(401, "token_invalid");
}

#[tokio::test]
async fn document_docs_and_health_do_not_look_at_authorization() {
    let server = TestServer::start().await;
    let bad = server.anonymous().with_token("nonsense");
    for path in ["/api/openapi.json", "/docs", "/health/live", "/health/ready"] {
        bad.get(path).await.is(200);
    }
}
