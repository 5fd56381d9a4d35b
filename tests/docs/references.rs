//! What answers refer to, where a proxy serves us under a prefix that we don't know of.

use reqwest::Url;
use serde_json::json;

use super::{
    are_here,
    prefix::{PREFIX, Proxy},
};
use crate::support::{Answer, TestServer};

/// The answer to a request for this address, with these headers and body.
async fn ask(proxy: &Proxy, method: &str, url: &Url, more: &str) -> Answer {
    let (path, query) = (url.path(), url.query().unwrap_or_default());
    let head = format!("{method} {path}?{query} HTTP/1.1\r\nHost: x\r\n");
    let end = if more.is_empty() { "\r\n" } else { more };
    proxy.raw().await.ask(format!("{head}{end}")).await
}

#[tokio::test]
async fn a_list_is_walked_by_its_links_behind_a_prefix() {
    if !are_here(&["nginx"]) {
        return;
    }
    let server = TestServer::start().await;
    for title in ["One", "Two", "Three"] {
        server.ann().write(title, true).await;
    }
    let proxy = Proxy::start(server.address()).await;
    for mode in ["page=1", "cursor="] {
        let list = format!("{}/api/posts?{mode}&limit=1", proxy.url());
        let (mut url, mut titles) = (Url::parse(&list).unwrap(), Vec::new());
        loop {
            let answer = ask(&proxy, "GET", &url, "").await.is(200);
            titles.extend(answer.column("title"));
            // A query alone.
            let Some(next) = answer.link("next", "") else {
                break;
            };
            url = url.join(&next).unwrap();
            assert_eq!(url.path(), format!("{PREFIX}/api/posts"));
        }
        assert_eq!(titles, ["Three", "Two", "One"], "{mode}");
    }
}

#[tokio::test]
async fn location_is_a_path_of_the_api_without_the_prefix() {
    if !are_here(&["nginx"]) {
        return;
    }
    let server = TestServer::start().await;
    let proxy = Proxy::start(server.address()).await;
    let url = |path: &str| Url::parse(&format!("{}{path}", proxy.url())).unwrap();
    let post = json!({"title": "One", "content": "Text", "published": true}).to_string();
    let more = format!(
        "Authorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{post}",
        server.ann().token(),
        post.len()
    );
    let made = ask(&proxy, "POST", &url("/api/posts"), &more).await.is(201);
    let location = made.header("location");
    assert_eq!(location, format!("/api/posts/{}", made.id()));
    ask(&proxy, "GET", &url(location), "").await.is(200);
}
