//! Pages of other origins.

use reqwest::Method;

use crate::support::{Answer, Request, TestServer};

const PAGE: &str = "https://app.example.com";
const ORIGINS: (&str, &str) =
    ("CORS_ALLOWED_ORIGINS", "https://app.example.com,http://localhost:5173");

fn cors_headers(answer: &Answer) -> Vec<String> {
    let names = answer.headers.keys().map(ToString::to_string);
    names.filter(|name| name.starts_with("access-control-")).collect()
}

fn preflight(server: &TestServer, path: &str, origin: &str, method: &str) -> Request {
    let request = server.anonymous().request(Method::OPTIONS, path).header("origin", origin);
    request.header("access-control-request-method", method)
}

fn listed(value: &str) -> Vec<String> {
    let mut names: Vec<_> = value.split(", ").map(str::to_lowercase).collect();
    names.sort();
    names
}

#[tokio::test]
async fn without_configuration_no_origin_is_allowed_not_even_in_development() {
    for environment in ["development", "test", "production"] {
        let server = TestServer::with(&[("APP_ENV", environment)]).await;
        for origin in [PAGE, "http://localhost:3000", "null", "*"] {
            let answer = server.anonymous().get("/api/posts").header("origin", origin).await;
            assert!(cors_headers(&answer.is(200)).is_empty(), "{environment} {origin}");
            let answer = preflight(&server, "/api/posts", origin, "POST").await.is(204);
            assert!(cors_headers(&answer).is_empty(), "{environment} {origin}");
        }
    }
}

#[tokio::test]
async fn a_preflight_from_a_listed_origin_gets_the_methods_of_the_path_and_the_headers() {
    let server = TestServer::with(&[ORIGINS]).await;
    let headers = [
        "authorization",
        "content-type",
        "idempotency-key",
        "if-match",
        "if-none-match",
        "traceparent",
        "x-request-id",
    ];
    for origin in [PAGE, "http://localhost:5173"] {
        for path in ["/api/posts", "/api/users/me", "/api/auth/login", "/api/users/me/password"] {
            let answer = preflight(&server, path, origin, "POST").await.is(204);
            assert_eq!(answer.header("access-control-allow-origin"), origin);
            let methods = listed(answer.header("access-control-allow-methods"));
            assert_eq!(methods, listed(answer.header("allow")), "{path}");
            assert_eq!(listed(answer.header("access-control-allow-headers")), headers);
            assert!(!answer.has("access-control-allow-credentials"));
            assert!(answer.header("vary").contains("Origin"));
        }
    }
}

#[tokio::test]
async fn the_shell_of_an_app_is_an_origin_like_any_other() {
    let shells = ["capacitor://localhost", "tauri://localhost"];
    let server = TestServer::with(&[("CORS_ALLOWED_ORIGINS", &shells.join(","))]).await;
    for origin in shells {
        let answer = preflight(&server, "/api/posts", origin, "POST").await.is(204);
        assert_eq!(answer.header("access-control-allow-origin"), origin);
        assert!(answer.has("access-control-allow-methods"));
        let get = server.anonymous().get("/api/posts");
        let answer = get.header("origin", origin).await.is(200);
        assert_eq!(answer.header("access-control-allow-origin"), origin);
        assert!(answer.has("access-control-expose-headers"));
    }
    for other in ["capacitor://localhost:1", "capacitor://other", "ionic://localhost"] {
        let get = server.anonymous().get("/api/posts");
        let answer = get.header("origin", other).await.is(200);
        assert!(cors_headers(&answer).is_empty(), "{other}");
    }
}

#[tokio::test]
async fn an_unlisted_origin_is_served_without_cors_headers() {
    let server = TestServer::with(&[ORIGINS]).await;
    for origin in [
        "https://evil.example.com",
        "https://app.example.com.evil.com",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://APP.example.com",
        "null",
        "",
    ] {
        let answer = server.anonymous().get("/api/posts").header("origin", origin).await.is(200);
        assert!(cors_headers(&answer).is_empty(), "{origin}");
        assert!(answer.header("vary").contains("Origin"));
        let answer = preflight(&server, "/api/posts", origin, "POST").await.is(204);
        assert!(cors_headers(&answer).is_empty(), "{origin}");
    }
    let none = server.anonymous().get("/api/posts").await.is(200);
    assert!(cors_headers(&none).is_empty());
}

#[tokio::test]
async fn a_page_may_read_every_header_of_the_contract_on_errors_too() {
    let server = TestServer::with(&[ORIGINS]).await;
    for path in ["/api/posts", "/api/users/me", "/api/nothing", "/health/live", "/nothing"] {
        let answer = server.anonymous().get(path).header("origin", PAGE).await;
        assert_eq!(answer.header("access-control-allow-origin"), PAGE, "{path}");
        let exposed = listed(answer.header("access-control-expose-headers"));
        for name in [
            "age",
            "location",
            "etag",
            "link",
            "retry-after",
            "allow",
            "www-authenticate",
            "idempotency-replayed",
            "x-request-id",
            "ratelimit-limit",
            "ratelimit-remaining",
            "ratelimit-reset",
            "ratelimit-policy",
            "ratelimit",
            "deprecation",
            "sunset",
        ] {
            assert!(exposed.iter().any(|e| e == name), "{name} on {path}");
        }
        assert!(!answer.has("access-control-allow-credentials"));
    }
}

#[tokio::test]
async fn errors_that_come_early_have_the_headers_too() {
    let server = TestServer::with(&[ORIGINS, ("RATE_LIMIT_DEFAULT", "1/86400")]).await;
    let get = || server.anonymous().get("/api/posts").header("origin", PAGE);
    get().await.is(200);
    let refused = get().await.is_error(429, "rate_limited");
    assert_eq!(refused.header("access-control-allow-origin"), PAGE);
    let request = server.anonymous().request(Method::PUT, "/api/posts").header("origin", PAGE);
    assert_eq!(request.await.is(405).header("access-control-allow-origin"), PAGE);
}

#[tokio::test]
async fn a_preflight_costs_no_unit_and_needs_no_token() {
    let server = TestServer::with(&[ORIGINS, ("RATE_LIMIT_DEFAULT", "1/86400")]).await;
    for _ in 0..3 {
        preflight(&server, "/api/users", PAGE, "GET").await.is(204);
    }
    server.anonymous().get("/api/posts").await.is(200);
}
