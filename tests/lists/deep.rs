//! Lists of more rows than pages by number reach.

use crate::support::{Answer, server_with_posts};

fn relations(answer: &Answer) -> Vec<&'static str> {
    let known = ["first", "prev", "next", "last"];
    known.into_iter().filter(|relation| answer.link(relation, "/api/posts").is_some()).collect()
}

#[tokio::test]
async fn links_that_would_be_too_deep_are_left_out() {
    let server = server_with_posts(10_050).await;
    let first = server.anonymous().get("/api/posts?limit=100").await.is(200);
    assert_eq!(first.json()["pagination"]["total"], 10_050);
    assert_eq!(first.json()["pagination"]["pages"], 101);
    assert_eq!(relations(&first), ["first", "next"]);
    let deepest = server.anonymous().get("/api/posts?limit=100&page=100").await.is(200);
    assert_eq!(relations(&deepest), ["first", "prev"]);
    assert_eq!(deepest.column("id").len(), 100);
    let next = server.anonymous().get("/api/posts?limit=100&page=101").await;
    next.is_error(400, "page_too_deep");
}

#[tokio::test]
async fn a_walk_reaches_every_row_of_a_list_that_is_too_deep_for_pages() {
    let server = server_with_posts(10_050).await;
    let mut ids = Vec::new();
    let mut next = Some("/api/posts?cursor=&limit=100".to_owned());
    while let Some(path) = next {
        let step = server.anonymous().get(&path).await.is(200);
        ids.extend(step.column("id"));
        next = step.link("next", &path);
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 10_050);
}
