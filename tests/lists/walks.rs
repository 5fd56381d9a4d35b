//! Walks by cursor.

use std::collections::HashMap;

use serde_json::json;

use crate::support::{Client, TestServer};

/// Walks and lets `between` happen after each step.
async fn walk(client: &Client, start: &str, mut between: impl AsyncFnMut(usize)) -> Vec<String> {
    let mut ids = Vec::new();
    let mut next = Some(start.to_owned());
    let mut steps = 0;
    while let Some(path) = next {
        let step = client.get(&path).await.is(200);
        ids.extend(step.column("id"));
        next = step.link("next", &path);
        between(steps).await;
        steps += 1;
        assert!(steps < 1_000, "a walk ends");
    }
    ids
}

#[tokio::test]
async fn a_walk_shows_what_the_pages_show_in_every_order() {
    let server = TestServer::start().await;
    let ann = server.ann();
    for title in ["b", "A", "ü", "a", "B", "😀", "a", "Z", "\u{fffd}"] {
        ann.write(title, true).await;
    }
    for sort in ["createdAt", "-createdAt", "updatedAt", "-updatedAt", "title", "-title"] {
        let whole = ann.get(&format!("/api/posts?sort={sort}")).await.column("id");
        for limit in [1, 2, 4, 9] {
            let start = format!("/api/posts?sort={sort}&cursor=&limit={limit}");
            assert_eq!(walk(&ann, &start, async |_| ()).await, whole, "{start}");
        }
    }
    for sort in ["createdAt", "-createdAt", "name", "-name", "email", "-email"] {
        let admin = server.admin();
        let whole = admin.get(&format!("/api/users?sort={sort}")).await.column("id");
        let start = format!("/api/users?sort={sort}&cursor=&limit=1");
        assert_eq!(walk(&admin, &start, async |_| ()).await, whole, "{start}");
    }
}

#[tokio::test]
async fn by_time_of_writing_a_walk_loses_and_repeats_no_row_that_stays() {
    for sort in ["createdAt", "-createdAt"] {
        let server = TestServer::start().await;
        let ann = server.ann();
        let mut stay = Vec::new();
        let mut go = Vec::new();
        for index in 0..24 {
            let id = ann.write(&format!("Post {index}"), true).await.id();
            if index % 3 == 0 { &mut go } else { &mut stay }.push(id);
        }
        let start = format!("/api/posts?sort={sort}&cursor=&limit=5");
        let walked = walk(&ann, &start, async |step| {
            // Rows come, go and change all the time, but for the one that may lie at the border.
            ann.write("new", true).await;
            if let Some(gone) = go.get(step) {
                ann.delete(&format!("/api/posts/{gone}")).await.is(204);
            }
            let changed = format!("/api/posts/{}", stay[step % stay.len()]);
            ann.patch(&changed, json!({"title": format!("changed {step}")})).await.is(200);
        })
        .await;
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for id in &walked {
            *seen.entry(id).or_default() += 1;
        }
        for id in &stay {
            assert_eq!(seen.get(id.as_str()), Some(&1), "{sort}");
        }
        assert!(seen.values().all(|times| *times == 1), "nothing is repeated");
    }
}

#[tokio::test]
async fn a_walk_goes_on_where_the_row_at_the_border_was_deleted() {
    let server = TestServer::start().await;
    let ann = server.ann();
    for index in 0..4 {
        ann.write(&format!("Post {index}"), true).await;
    }
    let step = ann.get("/api/posts?cursor=&limit=2").await.is(200);
    let border = step.column("id")[1].clone();
    ann.delete(&format!("/api/posts/{border}")).await.is(204);
    let next = step.link("next", "/api/posts").unwrap();
    let rest = ann.get(&next).await.is(200);
    assert_eq!(rest.column("title"), ["Post 1", "Post 0"]);
}
