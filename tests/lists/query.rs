//! Query strings.

use crate::support::TestServer;

#[tokio::test]
async fn an_unknown_parameter_is_named() {
    let server = TestServer::start().await;
    let admin = server.admin();
    let post = server.ann().write("Title", true).await.id();
    let post = format!("/api/posts/{post}");
    let user = format!("/api/users/{}", server.ann().id());
    for path in ["/api/users", "/api/posts", "/api/users/me", &post, &user] {
        let answer = admin.get(&format!("{path}?zeta=1&alpha&search%5B%5D=a")).await;
        answer.is_invalid(&[("zeta", "unknown"), ("alpha", "unknown"), ("search[]", "unknown")]);
    }
    // On writes, too.
    for (method, path) in [("patch", &user), ("delete", &user), ("patch", &post), ("delete", &post)]
    {
        let path = format!("{path}?force=true");
        let answer = match method {
            "patch" => admin.patch(&path, serde_json::json!({})).await,
            _ => admin.delete(&path).await,
        };
        answer.is_invalid(&[("force", "unknown")]);
    }
    admin.get(&user).await.is(200);
}

#[tokio::test]
async fn a_repeated_parameter_is_refused_however_it_is_spelled() {
    let server = TestServer::start().await;
    for query in ["limit=1&limit=1", "limit=1&%6Cimit=2", "limit=&page=1&limit=5"] {
        let answer = server.anonymous().get(&format!("/api/posts?{query}")).await;
        answer.is_invalid(&[("limit", "not_allowed")]);
    }
    let answer = server.anonymous().get("/api/posts?cursor=&cursor=").await;
    answer.is_invalid(&[("cursor", "not_allowed")]);
}

#[tokio::test]
async fn a_repeated_unknown_parameter_has_one_entry() {
    let server = TestServer::start().await;
    let answer = server.anonymous().get("/api/posts?x=1&x=2").await.is(400);
    assert_eq!(answer.fields().len(), 1, "{}", answer.text());
    assert_eq!(answer.fields()[0].0, "x");
}

#[tokio::test]
async fn parameters_are_told_in_the_order_of_the_document_then_unknown_ones_as_sent() {
    let server = TestServer::start().await;
    let query = "b=1&published=x&author=x&search=%00&sort=x&limit=x&page=x&a=1";
    let answer = server.anonymous().get(&format!("/api/posts?{query}")).await;
    answer.is_invalid(&[
        ("page", "out_of_range"),
        ("limit", "out_of_range"),
        ("sort", "not_allowed"),
        ("search", "invalid_characters"),
        ("author", "invalid_type"),
        ("published", "invalid_type"),
        ("b", "unknown"),
        ("a", "unknown"),
    ]);
}

#[tokio::test]
async fn bytes_that_are_no_utf_8_are_refused_and_never_replaced() {
    let server = TestServer::start().await;
    for bad in ["%FF", "%C3%28", "%ED%A0%80", "%F8%88%80%80%80", "%"] {
        let answer = server.anonymous().get(&format!("/api/posts?search={bad}")).await;
        answer.is_invalid(&[("search", "invalid_characters")]);
        let answer = server.anonymous().get(&format!("/api/posts?{bad}=x")).await;
        assert_eq!(answer.status, 400, "{bad}");
        assert_eq!(answer.fields()[0].1, "unknown");
        assert!(!answer.text().contains('\u{fffd}'));
    }
}

#[tokio::test]
async fn health_docs_and_the_document_ignore_their_query() {
    let server = TestServer::start().await;
    for path in ["/health/live", "/health/ready", "/docs", "/api/openapi.json"] {
        let answer = server.anonymous().get(&format!("{path}?x=1&x=2&%FF")).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
}

#[tokio::test]
async fn empty_pairs_mean_nothing() {
    let server = TestServer::start().await;
    server.anonymous().get("/api/posts?&&limit=1&").await.is(200);
    server.anonymous().get("/api/posts?").await.is(200);
}
