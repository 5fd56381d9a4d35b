//! Cursors that are refused, and those that hold.

use serde_json::Value;

use crate::support::{Client, SECRET, TestServer};

async fn server_with_posts(count: usize) -> TestServer {
    let server = TestServer::start().await;
    for index in 0..count {
        server.ann().write(&format!("Post {index}"), true).await;
    }
    server
}

/// The cursor that a first step gives.
async fn next_of(client: &Client, path: &str) -> String {
    let step = client.get(path).await.is(200).json();
    let next = step["pagination"]["next"].as_str();
    next.expect("there is more").to_owned()
}

#[tokio::test]
async fn a_step_tells_its_limit_and_what_is_next_and_no_total() {
    let server = server_with_posts(3).await;
    let step = server.anonymous().get("/api/posts?cursor=&limit=2").await.is(200).json();
    let pagination = step["pagination"].as_object().unwrap();
    let keys: Vec<_> = pagination.keys().map(String::as_str).collect();
    assert_eq!(keys, ["limit", "next"]);
    let next = pagination["next"].as_str().unwrap();
    let end = server.anonymous().get(&format!("/api/posts?cursor={next}&limit=2")).await.is(200);
    assert_eq!(end.column("title"), ["Post 0"]);
    assert_eq!(end.json()["pagination"]["next"], Value::Null);
    assert_eq!(end.json()["pagination"]["limit"], 2);
}

#[tokio::test]
async fn a_step_that_ends_with_the_last_row_has_no_next() {
    let server = server_with_posts(4).await;
    let step = server.anonymous().get("/api/posts?cursor=&limit=4").await.is(200);
    assert_eq!(step.json()["pagination"]["next"], Value::Null);
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_filters_and_sort_only() {
    let server = server_with_posts(4).await;
    let admin = server.admin();
    let posts = next_of(&admin, "/api/posts?cursor=&limit=1&search=Post&sort=title").await;
    for same in ["search=Post&sort=title", "search=POST", "search=post&limit=3"] {
        admin.get(&format!("/api/posts?cursor={posts}&{same}")).await.is(200);
    }
    let author = format!("search=post&author={}", server.ann().id());
    for other in [
        "search=Pos",
        "",
        "search=post&sort=-title",
        "search=post&sort=createdAt",
        "search=post&published=true",
        "search=post&published=false",
        &author,
    ] {
        let answer = admin.get(&format!("/api/posts?cursor={posts}&{other}")).await;
        answer.is_error(400, "invalid_cursor");
    }
    let users = next_of(&admin, "/api/users?cursor=&limit=1").await;
    let plain = next_of(&admin, "/api/posts?cursor=&limit=1").await;
    for (path, foreign) in [("posts", users), ("users", plain)] {
        let answer = admin.get(&format!("/api/{path}?cursor={foreign}")).await;
        answer.is_error(400, "invalid_cursor");
    }
}

#[tokio::test]
async fn a_forged_or_broken_cursor_is_refused() {
    let server = server_with_posts(3).await;
    let anonymous = server.anonymous();
    let good = next_of(&anonymous, "/api/posts?cursor=&limit=1").await;
    assert!(good.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~".contains(&b)), "{good}");
    let mut bad = vec![
        "x".to_owned(),
        "AAAA".to_owned(),
        "0".to_owned(),
        "null".to_owned(),
        "%00".to_owned(),
        "%20".to_owned(),
        format!("{good}="),
        format!("{good}A"),
        format!("%20{good}"),
        good[1..].to_owned(),
        good[..good.len() - 1].to_owned(),
        good.to_uppercase(),
        "A".repeat(4_000),
    ];
    for at in (0..good.len()).step_by(5) {
        let mut forged = good.clone().into_bytes();
        forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
        bad.push(String::from_utf8(forged).unwrap());
    }
    for cursor in bad {
        let answer = anonymous.get(&format!("/api/posts?cursor={cursor}")).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "invalid_cursor"), "{cursor}");
    }
}

#[tokio::test]
async fn page_beside_cursor_is_a_400_that_names_page() {
    let server = TestServer::start().await;
    for query in ["cursor=&page=1", "page=1&cursor=", "page=x&cursor=y", "page=&cursor="] {
        for path in ["/api/posts", "/api/users"] {
            let answer = server.admin().get(&format!("{path}?{query}")).await;
            answer.is_invalid(&[("page", "not_allowed")]);
        }
    }
}

#[tokio::test]
async fn a_cursor_is_good_after_a_restart_and_while_secrets_are_rotated() {
    let server = server_with_posts(3).await;
    let cursor = next_of(&server.anonymous(), "/api/posts?cursor=&limit=1").await;
    let path = format!("/api/posts?cursor={cursor}");
    let expected = server.anonymous().get(&path).await.is(200).column("id");
    let server = server.restart(&[]).await;
    assert_eq!(server.anonymous().get(&path).await.is(200).column("id"), expected);
    let next = ("JWT_SECRET", "the next secret of the tests that is long enough too");
    let server = server.restart(&[next, ("JWT_PREVIOUS_SECRETS", SECRET)]).await;
    assert_eq!(server.anonymous().get(&path).await.is(200).column("id"), expected);
    let server = server.restart(&[next]).await;
    server.anonymous().get(&path).await.is_error(400, "invalid_cursor");
}

#[tokio::test]
async fn whose_drafts_a_cursor_shows_is_decided_by_who_uses_it() {
    let server = TestServer::start().await;
    for index in 0..3 {
        server.ann().write(&format!("hers {index}"), false).await;
        server.bob().write(&format!("his {index}"), false).await;
    }
    let start = "/api/posts?published=false&cursor=&limit=1";
    let cursor = next_of(&server.ann(), start).await;
    let path = format!("/api/posts?published=false&cursor={cursor}");
    for title in server.bob().get(&path).await.is(200).column("title") {
        assert!(title.starts_with("his"), "{title}");
    }
    let nothing = server.anonymous().get(&path).await.is(200);
    assert_eq!(nothing.data().as_array().unwrap().len(), 0);
}
