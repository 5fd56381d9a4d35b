//! How many rows a list has, and that the answer costs no count of all of them.

use serde_json::json;

use crate::support::{Answer, Client, TestServer, server_with_posts};

/// The total that a list tells, and whether it is exact.
fn total(list: &Answer) -> (u64, bool) {
    let pagination = &list.json()["pagination"];
    let total = pagination["total"].as_u64().expect("a number");
    (total, pagination["totalIsExact"] == true)
}

async fn of(client: &Client, path: &str) -> (u64, bool) {
    total(&client.get(path).await.is(200))
}

#[tokio::test]
async fn totals_are_exact_whatever_comes_goes_and_moves() {
    let server = TestServer::start().await;
    let (admin, anyone) = (server.admin(), server.anonymous());
    let totals = async || {
        let published = of(&anyone, "/api/posts?limit=1").await;
        let drafts = of(&admin, "/api/posts?published=false&limit=1").await;
        assert!(published.1 && drafts.1, "{published:?} {drafts:?}");
        (published.0, drafts.0)
    };
    assert_eq!(totals().await, (0, 0));
    let mut paths = Vec::new();
    for (title, published) in [("one", true), ("two", false), ("three", true), ("four", false)] {
        let post = server.ann().write(title, published).await;
        paths.push(format!("/api/posts/{}", post.id()));
    }
    server.bob().write("five", true).await;
    assert_eq!(totals().await, (3, 2));
    let publish = |published: bool| json!({ "published": published });
    server.ann().patch(&paths[1], publish(true)).await.is(200);
    assert_eq!(totals().await, (4, 1));
    server.ann().patch(&paths[0], publish(false)).await.is(200);
    assert_eq!(totals().await, (3, 2));
    server.ann().delete(&paths[2]).await.is(204);
    server.ann().delete(&paths[3]).await.is(204);
    assert_eq!(totals().await, (2, 1));
    // What is not done counts for nothing.
    let refused = server.ann().post("/api/posts", json!({"title": ""})).await;
    refused.is(400);
    server.ann().delete(&paths[2]).await.is(404);
    assert_eq!(totals().await, (2, 1));
    server.ann().delete("/api/users/me").await.is(204);
    assert_eq!(totals().await, (1, 0));
}

#[tokio::test]
async fn totals_of_users_are_exact_by_role_and_state() {
    let server = TestServer::start().await;
    let admin = server.admin();
    let bob = format!("/api/users/{}", server.bob().id());
    let totals = async || {
        let mut totals = Vec::new();
        for filter in ["", "&role=ADMIN", "&role=USER", "&active=false", "&role=USER&active=true"] {
            let (rows, is_exact) = of(&admin, &format!("/api/users?limit=1{filter}")).await;
            assert!(is_exact, "{filter}");
            totals.push(rows);
        }
        totals
    };
    assert_eq!(totals().await, [3, 1, 2, 0, 2]);
    admin.patch(&bob, json!({"active": false})).await.is(200);
    assert_eq!(totals().await, [3, 1, 2, 1, 1]);
    admin.patch(&bob, json!({"active": true, "role": "ADMIN"})).await.is(200);
    assert_eq!(totals().await, [3, 2, 1, 0, 1]);
    server.register_user("Carl").await;
    assert_eq!(totals().await, [4, 2, 2, 0, 2]);
    admin.delete(&bob).await.is(204);
    assert_eq!(totals().await, [3, 1, 2, 0, 2]);
    let by_address = of(&admin, "/api/users?email=ann%40example.com").await;
    assert_eq!(by_address, (1, true));
}

#[tokio::test]
async fn a_total_of_one_author_ends_at_what_pages_reach() {
    let server = server_with_posts(10_001).await;
    let ann = server.ann();
    let of_ann = format!("/api/posts?author={}", ann.id());
    assert_eq!(of(&server.anonymous(), "/api/posts").await, (10_001, true));
    assert_eq!(of(&server.anonymous(), &of_ann).await, (10_000, false));
    let last = server.anonymous().get(&format!("{of_ann}&page=1000")).await;
    let last = last.is(200);
    assert_eq!(last.json()["pagination"]["pages"], 1_000);
    assert_eq!(last.column("id").len(), 10);
    let newest = &ann.get("/api/posts?limit=1").await.is(200).column("id")[0];
    ann.delete(&format!("/api/posts/{newest}")).await.is(204);
    assert_eq!(of(&server.anonymous(), &of_ann).await, (10_000, true));

    // The same of one's own drafts; an administrator's are everyone's.
    let hide = "UPDATE posts SET published = FALSE";
    assert_eq!(server.sql().await.run(hide).await, 10_000);
    ann.write("one more", false).await;
    let drafts = "/api/posts?published=false";
    assert_eq!(of(&ann, drafts).await, (10_000, false));
    assert_eq!(of(&server.bob(), drafts).await, (0, true));
    assert_eq!(of(&server.admin(), drafts).await, (10_001, true));
}

#[tokio::test]
async fn of_a_search_that_sees_the_whole_list_the_total_is_exact() {
    let server = server_with_posts(9_000).await;
    let anyone = server.anonymous();
    assert_eq!(of(&anyone, "/api/posts?search=post").await, (9_000, true));
    assert_eq!(of(&anyone, "/api/posts?search=post77").await, (111, true));
    let by_nobody = format!("/api/posts?search=post&author={}", server.bob().id());
    assert_eq!(of(&anyone, &by_nobody).await, (0, true));
    let deepest = anyone.get("/api/posts?search=post&limit=100&page=90").await;
    assert_eq!(deepest.is(200).column("id").len(), 100);
}
