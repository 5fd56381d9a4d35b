//! `GET /api/posts`

use serde_json::json;

use crate::support::{Answer, Client, TestServer};

async fn titles(client: &Client, query: &str) -> Vec<String> {
    client.get(&format!("/api/posts{query}")).await.is(200).column("title")
}

#[tokio::test]
async fn it_holds_published_posts_newest_first_with_their_total() {
    let server = TestServer::start().await;
    for (title, published) in [("one", true), ("two", false), ("three", true)] {
        server.ann().write(title, published).await;
    }
    let list = server.anonymous().get("/api/posts").await.is(200);
    assert_eq!(list.column("title"), ["three", "one"]);
    let pagination = json!({"page": 1, "limit": 10, "total": 2, "pages": 1, "totalIsExact": true});
    assert_eq!(list.json()["pagination"], pagination);
    assert!(list.json().get("message").is_none());
}

#[tokio::test]
async fn without_published_it_is_the_same_for_everyone() {
    let server = TestServer::start().await;
    server.ann().write("public", true).await;
    server.ann().write("draft", false).await;
    for query in ["", "?published=true", "?sort=title"] {
        let path = format!("/api/posts{query}");
        let same =
            |answer: Answer| (answer.text(), answer.etag(), answer.header("link").to_owned());
        let public = same(server.anonymous().get(&path).await.is(200));
        for client in [server.ann(), server.bob(), server.admin()] {
            assert_eq!(same(client.get(&path).await.is(200)), public);
        }
    }
}

#[tokio::test]
async fn drafts_are_listed_for_their_author_and_all_of_them_for_an_administrator() {
    let server = TestServer::start().await;
    server.ann().write("hers", false).await;
    server.bob().write("his", false).await;
    server.ann().write("public", true).await;
    let drafts = "?published=false";
    assert_eq!(titles(&server.ann(), drafts).await, ["hers"]);
    assert_eq!(titles(&server.bob(), drafts).await, ["his"]);
    assert_eq!(titles(&server.admin(), drafts).await, ["his", "hers"]);
    let nothing = server.anonymous().get("/api/posts?published=false").await.is(200);
    assert_eq!(nothing.data(), json!([]));
    let pagination = json!({"page": 1, "limit": 10, "total": 0, "pages": 0, "totalIsExact": true});
    assert_eq!(nothing.json()["pagination"], pagination);
    let walk = server.anonymous().get("/api/posts?published=false&cursor=").await.is(200);
    assert_eq!(walk.json()["pagination"], json!({"limit": 10, "next": null}));
}

#[tokio::test]
async fn an_authors_posts_are_filtered_by_id() {
    let server = TestServer::start().await;
    server.ann().write("hers", true).await;
    server.ann().write("her draft", false).await;
    server.bob().write("his", true).await;
    let (ann, bob) = (server.ann(), server.bob());
    let by_ann = format!("?author={}", ann.id());
    assert_eq!(titles(&server.anonymous(), &by_ann).await, ["hers"]);
    let drafts_of_ann = format!("{by_ann}&published=false");
    assert_eq!(titles(&ann, &drafts_of_ann).await, ["her draft"]);
    assert_eq!(titles(&bob, &drafts_of_ann).await, Vec::<String>::new());
    assert_eq!(titles(&server.admin(), &drafts_of_ann).await, ["her draft"]);
    let nobody = "?author=01890000-0000-7000-8000-000000000000";
    assert_eq!(titles(&server.anonymous(), nobody).await, Vec::<String>::new());
    for malformed in ["nobody", "", &ann.id().to_uppercase()] {
        let answer = ann.get(&format!("/api/posts?author={malformed}")).await;
        answer.is_invalid(&[("author", "invalid_type")]);
    }
}

#[tokio::test]
async fn published_is_true_or_false() {
    let server = TestServer::start().await;
    for other in ["", "1", "TRUE", "yes", "null"] {
        let answer = server.ann().get(&format!("/api/posts?published={other}")).await;
        answer.is_invalid(&[("published", "invalid_type")]);
    }
}

#[tokio::test]
async fn posts_are_sorted_by_time_of_writing_or_change_or_by_title_either_way() {
    let server = TestServer::start().await;
    let ann = server.ann();
    let mut paths = Vec::new();
    for title in ["Zebra", "apple", "Éclair", "apple"] {
        paths.push(format!("/api/posts/{}", ann.write(title, true).await.id()));
    }
    ann.patch(&paths[0], json!({"content": "changed last"})).await.is(200);
    for (sort, expected) in [
        ("createdAt", ["Zebra", "apple", "Éclair", "apple"]),
        ("-createdAt", ["apple", "Éclair", "apple", "Zebra"]),
        ("updatedAt", ["apple", "Éclair", "apple", "Zebra"]),
        ("-updatedAt", ["Zebra", "apple", "Éclair", "apple"]),
        ("title", ["apple", "apple", "Zebra", "Éclair"]),
        ("-title", ["Éclair", "Zebra", "apple", "apple"]),
    ] {
        assert_eq!(titles(&ann, &format!("?sort={sort}")).await, expected, "{sort}");
    }
    for other in ["", "-", "name", "Title", "title,createdAt", "--title", "+title", "email"] {
        let answer = ann.get(&format!("/api/posts?sort={other}")).await;
        answer.is_invalid(&[("sort", "not_allowed")]);
    }
}

#[tokio::test]
async fn posts_of_equal_rank_follow_by_id_and_pages_never_overlap() {
    let server = TestServer::start().await;
    for _ in 0..7 {
        server.ann().write("same", true).await;
    }
    // Everything at the same moment.
    server.sql().await.run("UPDATE posts SET created_at = 1, updated_at = 1").await;
    for sort in ["createdAt", "-createdAt", "updatedAt", "title", "-title"] {
        let mut ids = Vec::new();
        for page in 1..=4 {
            let path = format!("/api/posts?sort={sort}&limit=2&page={page}&search=same");
            ids.extend(server.anonymous().get(&path).await.is(200).column("id"));
        }
        let whole = server.anonymous().get(&format!("/api/posts?sort={sort}&search=Same")).await;
        assert_eq!(ids, whole.column("id"), "{sort}");
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 7, "{sort}");
    }
}
