//! Searches in lists of more rows than one request looks at.

use serde_json::{Value, json};

use crate::support::{Client, TestServer, server_with_posts};

/// More than one request looks at.
const MANY: u32 = 20_500;

/// Many posts, and behind all of them the oldest, which alone holds "Nadel", "日本" and "ß".
async fn server_with_a_needle() -> TestServer {
    let server = server_with_posts(MANY).await;
    let needle = json!({"title": "Nadel 日本", "content": "ß", "published": true});
    server.ann().post("/api/posts", needle).await.is(201);
    let moved = "UPDATE posts SET created_at = 1, updated_at = 1 WHERE title_folded LIKE 'nadel%'";
    assert_eq!(server.sql().await.run(moved).await, 1);
    server
}

/// Walks to the end: how many rows each step held, and the titles of all.
async fn walk(client: &Client, query: &str) -> (Vec<usize>, Vec<String>) {
    let (mut steps, mut titles) = (Vec::new(), Vec::new());
    let mut next = Some(format!("/api/posts?{query}&cursor="));
    while let Some(path) = next {
        let step = client.get(&path).await.is(200);
        steps.push(step.column("title").len());
        titles.extend(step.column("title"));
        next = step.link("next", &path);
        assert_eq!(next.is_none(), step.json()["pagination"]["next"] == Value::Null);
        assert!(steps.len() < 1_000, "a walk ends");
    }
    (steps, titles)
}

#[tokio::test]
async fn no_search_looks_at_more_than_its_bound_and_a_walk_finds_what_lies_deeper() {
    let server = server_with_a_needle().await;
    let anyone = server.anonymous();
    // One character, two of those that are a word by themselves, and a whole word.
    for term in ["ß", "日本", "nadel"] {
        for sort in ["-createdAt", "-updatedAt"] {
            let query = format!("search={term}&sort={sort}");
            let page = anyone.get(&format!("/api/posts?{query}")).await.is(200);
            let nothing =
                json!({"page": 1, "limit": 10, "total": 0, "pages": 0, "totalIsExact": false});
            assert_eq!(page.json()["pagination"], nothing, "{query}");
            let (steps, titles) = walk(&anyone, &query).await;
            assert_eq!(titles, ["Nadel 日本"], "{query}");
            assert!(steps.len() > 2 && steps[0] == 0, "{query}: {steps:?}");
        }
        // From the other end it lies first.
        let first = anyone.get(&format!("/api/posts?search={term}&sort=createdAt")).await;
        let first = first.is(200);
        assert_eq!(first.column("title"), ["Nadel 日本"]);
        let found = json!({"page": 1, "limit": 10, "total": 1, "pages": 1, "totalIsExact": false});
        assert_eq!(first.json()["pagination"], found);
    }
}

#[tokio::test]
async fn of_a_search_by_page_that_ends_early_a_page_beyond_is_empty_and_a_walk_goes_on() {
    let server = server_with_posts(MANY).await;
    let anyone = server.anonymous();
    let page = anyone.get("/api/posts?search=po&limit=100&page=100").await.is(200);
    assert_eq!(page.column("id").len(), 100);
    let pagination =
        json!({"page": 100, "limit": 100, "total": 10_000, "pages": 100, "totalIsExact": false});
    assert_eq!(page.json()["pagination"], pagination);
    // Some of them in the first ten thousand, and none of these on the next page.
    let found = anyone.get("/api/posts?search=post77&limit=100").await.is(200);
    assert_eq!(found.column("id").len(), 100);
    let total = &found.json()["pagination"]["total"];
    assert_eq!(*total, 111, "77, 770 to 779 and 7700 to 7799");
    assert_eq!(found.json()["pagination"]["totalIsExact"], false);
    let beyond = anyone.get("/api/posts?search=post77&limit=100&page=3").await.is(200);
    assert_eq!(beyond.data(), json!([]));
    assert_eq!(beyond.json()["pagination"]["total"], 111);
    // Behind them, none is left out and none comes twice.
    let (_, mut titles) = walk(&anyone, "search=post19&limit=100").await;
    let expected = (1..MANY).filter(|number| number.to_string().starts_with("19"));
    assert_eq!(titles.len(), expected.count());
    titles.sort();
    titles.dedup();
    assert_eq!(titles.len(), (1..MANY).filter(|n| n.to_string().starts_with("19")).count());
}

#[tokio::test]
async fn one_and_two_characters_are_found_in_every_kind_of_list() {
    let server = TestServer::start().await;
    let ann = server.ann();
    for (title, published) in [("q1 東京", true), ("y2 京都", true), ("q3 東京", false)] {
        ann.write(title, published).await;
    }
    for (query, titles) in [
        ("search=q", vec!["q1 東京"]),
        ("search=京", vec!["y2 京都", "q1 東京"]),
        ("search=東京", vec!["q1 東京"]),
        ("search=Y2", vec!["y2 京都"]),
        ("search=q&published=false", vec!["q3 東京"]),
        ("search=zq", vec![]),
    ] {
        let page = ann.get(&format!("/api/posts?{query}")).await.is(200);
        assert_eq!(page.column("title"), titles, "{query}");
        assert_eq!(page.json()["pagination"]["totalIsExact"], true, "{query}");
        assert_eq!(walk(&ann, query).await.1, titles, "{query}");
    }
    let users = server.admin().get("/api/users?search=b&sort=name").await.is(200);
    assert_eq!(users.column("name"), ["Bob"]);
    let users = server.admin().get("/api/users?search=nn").await.is(200);
    assert_eq!(users.column("name"), ["Ann"]);
    assert_eq!(users.json()["pagination"]["totalIsExact"], true);
}
