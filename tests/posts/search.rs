//! `GET /api/posts?search=…`

use serde_json::json;

use crate::support::TestServer;

#[tokio::test]
async fn a_search_looks_into_titles_and_contents_without_regard_to_case() {
    let server = TestServer::start().await;
    let ann = server.ann();
    for (title, content) in [
        ("100% Éclair", "eins"),
        ("100 percent", "snake_case"),
        ("back\\slash", "ΣΊΣΥΦΟΣ"),
        ("Straße", "İstanbul"),
        ("star * [a-z] ?", "it's \"quoted\"; -- DROP TABLE posts"),
    ] {
        let body = json!({"title": title, "content": content, "published": true});
        ann.post("/api/posts", body).await.is(201);
    }
    for (search, titles) in [
        ("%25", vec!["100% Éclair"]),
        ("0%25", vec!["100% Éclair"]),
        ("_", vec!["100 percent"]),
        ("E_C", vec!["100 percent"]),
        ("%5C", vec!["back\\slash"]),
        ("%5C%25", vec![]),
        ("%C3%A9CLAIR", vec!["100% Éclair"]),
        ("eclair", vec![]),
        ("σίσυφος", vec!["back\\slash"]),
        ("%E1%BA%9E", vec!["Straße"]),
        ("strasse", vec![]),
        ("%C4%B0stanbul", vec!["Straße"]),
        ("istanbul", vec![]),
        ("*", vec!["star * [a-z] ?"]),
        ("[a-z]", vec!["star * [a-z] ?"]),
        ("'", vec!["star * [a-z] ?"]),
        ("%22quoted%22%3B", vec!["star * [a-z] ?"]),
        ("100", vec!["100 percent", "100% Éclair"]),
        ("SLASH", vec!["back\\slash"]),
        (" percent", vec!["100 percent"]),
        ("nowhere", vec![]),
    ] {
        let found = server.anonymous().get(&format!("/api/posts?search={search}")).await.is(200);
        assert_eq!(found.column("title"), titles, "{search}");
        assert_eq!(found.json()["pagination"]["total"], titles.len(), "{search}");
    }
    for none in ["search=", "search"] {
        let found = server.anonymous().get(&format!("/api/posts?{none}")).await.is(200);
        assert_eq!(found.json()["pagination"]["total"], 5, "an empty search is none");
    }
}

#[tokio::test]
async fn a_search_finds_what_only_now_is_so() {
    let server = TestServer::start().await;
    let path = format!("/api/posts/{}", server.ann().write("Before", true).await.id());
    let found = |term: &'static str| {
        let request = server.anonymous().get(&format!("/api/posts?search={term}"));
        async move { request.await.is(200).column("title") }
    };
    assert_eq!(found("before").await, ["Before"]);
    server.ann().patch(&path, json!({"title": "After"})).await.is(200);
    assert_eq!(found("before").await, Vec::<String>::new());
    assert_eq!(found("AFTER").await, ["After"]);
}

#[tokio::test]
async fn control_characters_and_broken_escapes_are_refused() {
    let server = TestServer::start().await;
    for bad in ["%00", "a%00b", "%0A", "%7F", "%C2%85", "%FF", "%C3", "%", "%4", "%zz", "%ED%A0%80"]
    {
        let answer = server.anonymous().get(&format!("/api/posts?search={bad}")).await;
        assert_eq!(answer.status, 400, "{bad}");
        answer.is_invalid(&[("search", "invalid_characters")]);
    }
}
