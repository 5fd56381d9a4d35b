//! 405, OPTIONS and HEAD.

use reqwest::Method;
use serde_json::json;

use crate::support::{Contract, TestServer};

/// What `Allow` has to name for a path of the document.
fn allowed(path: &str, contract: &Contract) -> Vec<String> {
    let operations = contract.operations();
    let here = operations.iter().filter(|o| o.path == path);
    let mut methods: Vec<_> = here.map(|o| o.method.to_uppercase()).collect();
    if methods.iter().any(|method| method == "GET") {
        methods.push("HEAD".to_owned());
    }
    methods.push("OPTIONS".to_owned());
    methods.sort();
    methods
}

fn listed(allow: &str) -> Vec<String> {
    let mut methods: Vec<_> = allow.split(", ").map(str::to_owned).collect();
    methods.sort();
    methods
}

fn paths(contract: &Contract) -> Vec<(String, String)> {
    let id = "01890000-0000-7000-8000-000000000000";
    let mut paths: Vec<_> = contract.operations().iter().map(|o| o.path.to_owned()).collect();
    paths.sort();
    paths.dedup();
    paths.into_iter().map(|path| (path.replace("{id}", id), path)).collect()
}

#[tokio::test]
async fn options_on_a_known_path_is_204_with_allow_for_anyone_before_every_other_check() {
    let server = TestServer::with(&[("RATE_LIMIT_DEFAULT", "1/86400")]).await;
    let contract = Contract::get().await;
    for (path, template) in paths(contract) {
        for _ in 0..2 {
            let request = server.anonymous().request(Method::OPTIONS, &path);
            let request = request.header("authorization", "Bearer nonsense");
            let request = request.header("accept", "text/html").body("{");
            let answer = request.header("content-type", "text/plain").await.is(204);
            assert_eq!(listed(answer.header("allow")), allowed(&template, contract), "{path}");
        }
    }
    for path in ["/docs", "/", "/api-docs"] {
        let answer = server.anonymous().request(Method::OPTIONS, path).await.is(204);
        assert_eq!(listed(answer.header("allow")), ["GET", "HEAD", "OPTIONS"], "{path}");
    }
    let unknown = server.anonymous().request(Method::OPTIONS, "/api/nothing").await;
    unknown.is_error(404, "not_found");
}

#[tokio::test]
async fn any_other_method_known_or_not_is_405_with_allow() {
    let server = TestServer::start().await;
    let contract = Contract::get().await;
    for (path, template) in paths(contract) {
        let allowed = allowed(&template, contract);
        for method in [
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "PROPFIND", "get",
            "BREW",
        ] {
            if allowed.iter().any(|a| a == method) {
                continue;
            }
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = server.anonymous().request(method.clone(), &path).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            assert_eq!(listed(answer.header("allow")), allowed, "{method} {path}");
            if method != Method::HEAD {
                assert_eq!(answer.code(), "method_not_allowed", "{method} {path}");
            }
        }
    }
    let docs = server.anonymous().post("/docs", json!({})).await;
    assert_eq!(listed(docs.is(405).header("allow")), ["GET", "HEAD", "OPTIONS"]);
    server.anonymous().post("/nothing", json!({})).await.is_error(404, "not_found");
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let server = TestServer::start().await;
    let post = format!("/api/posts/{}", server.ann().write("Title", true).await.id());
    let ann = format!("/api/users/{}", server.ann().id());
    for path in [
        "/api/posts",
        "/api/posts?limit=1",
        "/api/posts?cursor=",
        &post,
        "/api/users",
        &ann,
        "/api/users/me",
        "/api/openapi.json",
        "/docs",
        "/docs/swagger-ui.css",
        "/",
        "/api-docs",
        "/health/live",
        "/health/ready",
        "/api/posts/x",
        "/api/posts?page=x",
        "/nothing",
    ] {
        for client in [server.admin(), server.anonymous()] {
            let id = |request: crate::support::Request| request.header("x-request-id", "same");
            let get = id(client.get(path)).await;
            let head = id(client.request(Method::HEAD, path)).await;
            assert_eq!(head.status, get.status, "{path}");
            assert!(head.body.is_empty(), "{path}");
            let told = |answer: &crate::support::Answer| {
                let mut headers: Vec<_> = answer
                    .headers
                    .iter()
                    .filter(|(name, _)| *name != "date" && !name.as_str().starts_with("ratelimit"))
                    .map(|(name, value)| (name.to_string(), value.clone()))
                    .collect();
                headers.sort();
                headers
            };
            assert_eq!(told(&head), told(&get), "{path}");
            let length: usize = get.header("content-length").parse().unwrap();
            assert_eq!(length, get.body.len(), "{path}");
            assert_eq!(head.has("ratelimit"), get.has("ratelimit"), "{path}");
        }
    }
    let tag = server.anonymous().get(&post).await.etag();
    let head = server.anonymous().request(Method::HEAD, &post);
    head.header("if-none-match", &tag).await.is(304);
}
