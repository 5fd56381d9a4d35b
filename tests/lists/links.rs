//! `Link`

use crate::support::{Answer, Client, TestServer};

const POSTS: &str = "/api/posts";

/// The targets of all relations that there are.
fn links(answer: &Answer) -> Vec<(&'static str, String)> {
    let relations = ["first", "prev", "next", "last"];
    let link = |relation| Some((relation, answer.link(relation, POSTS)?));
    relations.into_iter().filter_map(link).collect()
}

async fn server_with_posts(count: usize) -> TestServer {
    let server = TestServer::start().await;
    for index in 0..count {
        server.ann().write(&format!("Post {index}"), true).await;
    }
    server
}

#[tokio::test]
async fn first_and_last_are_always_there_prev_and_next_where_there_is_one() {
    let server = server_with_posts(5).await;
    for (page, expected) in [
        (1, vec![("first", 1), ("next", 2), ("last", 3)]),
        (2, vec![("first", 1), ("prev", 1), ("next", 3), ("last", 3)]),
        (3, vec![("first", 1), ("prev", 2), ("last", 3)]),
    ] {
        let list = server.anonymous().get(&format!("/api/posts?limit=2&page={page}")).await;
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(relation, page)| (relation, format!("/api/posts?page={page}&limit=2")))
            .collect();
        assert_eq!(links(&list), expected, "page {page}");
    }
    let past = server.anonymous().get("/api/posts?limit=2&page=9").await.is(200);
    assert!(past.link("first", POSTS).is_some() && past.link("last", POSTS).is_some());
    assert!(past.link("next", POSTS).is_none());
}

#[tokio::test]
async fn an_empty_list_links_to_its_one_page() {
    let server = TestServer::start().await;
    let list = server.anonymous().get("/api/posts").await.is(200);
    let one = "/api/posts?page=1&limit=10".to_owned();
    assert_eq!(links(&list), [("first", one.clone()), ("last", one)]);
}

async fn follow(client: &Client, start: &str, relation: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut next = Some(start.to_owned());
    while let Some(path) = next {
        let answer = client.get(&path).await.is(200);
        ids.extend(answer.column("id"));
        next = answer.link(relation, &path);
    }
    ids
}

#[tokio::test]
async fn following_next_shows_each_row_once_with_filters_and_order_kept() {
    let server = server_with_posts(7).await;
    let ann = server.ann();
    ann.write("a & b=c 100% ü", true).await;
    ann.write("A & B=C 100% Ü", true).await;
    let by_ann = format!("author={}&published=true", ann.id());
    for query in [
        "sort=title",
        "search=Post",
        "search=%26%20B%3Dc%20100%25%20%C3%BC",
        &by_ann,
        "sort=-updatedAt&search=p",
    ] {
        let whole = ann.get(&format!("/api/posts?limit=100&{query}")).await.is(200).column("id");
        assert!(whole.len() >= 2, "{query}");
        for mode in ["page=1", "cursor="] {
            let start = format!("/api/posts?{query}&{mode}&limit=1");
            assert_eq!(follow(&ann, &start, "next").await, whole, "{start}");
        }
    }
}

#[tokio::test]
async fn following_prev_from_the_last_page_leads_back_to_the_first() {
    let server = server_with_posts(5).await;
    let first = server.anonymous().get("/api/posts?limit=2").await.is(200);
    let last = first.link("last", POSTS).unwrap();
    let mut ids = follow(&server.anonymous(), &last, "prev").await;
    ids.sort();
    let mut all = server.anonymous().get("/api/posts").await.column("id");
    all.sort();
    assert_eq!(ids, all);
}

#[tokio::test]
async fn in_cursor_mode_there_is_next_alone_and_at_the_end_nothing() {
    let server = server_with_posts(3).await;
    let step = server.anonymous().get("/api/posts?cursor=&limit=2").await.is(200);
    let relations: Vec<_> = links(&step).into_iter().map(|(relation, _)| relation).collect();
    assert_eq!(relations, ["next"]);
    let end = server.anonymous().get(&step.link("next", POSTS).unwrap()).await.is(200);
    assert!(!end.has("link"), "{}", end.header("link"));
    assert_eq!(end.json()["pagination"]["next"], serde_json::Value::Null);
}

#[tokio::test]
async fn users_have_links_too() {
    let server = TestServer::start().await;
    let admin = server.admin();
    let start = "/api/users?limit=1&role=USER&sort=-email&search=example&active=true";
    let walked = follow(&admin, start, "next").await;
    assert_eq!(walked, [server.bob().id(), server.ann().id()]);
    let start = "/api/users?cursor=&limit=1&email=ann@example.com";
    assert_eq!(follow(&admin, start, "next").await, [server.ann().id()]);
}
