//! Headers that keep browsers careful. The client of the tests looks for most of them on each
//! answer.

use crate::support::TestServer;

#[tokio::test]
async fn they_are_on_every_kind_of_answer() {
    let server = TestServer::start().await;
    for path in
        ["/api/posts", "/api/users", "/nothing", "/docs", "/docs/start.js", "/", "/health/live"]
    {
        let answer = server.anonymous().get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(!answer.has("strict-transport-security"), "{path}: it came in the clear");
        for name in ["server", "x-powered-by"] {
            assert!(!answer.has(name), "{path}: {name}");
        }
    }
}

#[tokio::test]
async fn hsts_is_sent_when_a_trusted_proxy_says_https_and_only_then() {
    const TRUSTED: (&str, &str) = ("TRUSTED_PROXIES", "127.0.0.1/32");
    const FORWARDED: (&str, &str) = ("FORWARDED_HEADER", "Forwarded");
    let x = TestServer::with(&[TRUSTED]).await;
    let standard = TestServer::with(&[TRUSTED, FORWARDED]).await;
    let stranger = TestServer::start().await;
    let from = ("x-forwarded-for", "192.0.2.1");
    for (server, headers, expected) in [
        (&x, vec![from, ("x-forwarded-proto", "https")], true),
        (&x, vec![from, ("x-forwarded-proto", "HTTPS")], true),
        (&x, vec![from, ("x-forwarded-proto", "http")], false),
        (&x, vec![from], false),
        (&x, vec![("forwarded", "for=192.0.2.1;proto=https")], false),
        (&standard, vec![("forwarded", "for=192.0.2.1;proto=https")], true),
        (&standard, vec![("forwarded", "for=192.0.2.1;Proto=\"https\"")], true),
        (&standard, vec![("forwarded", "for=192.0.2.1;proto=http")], false),
        (&standard, vec![from, ("x-forwarded-proto", "https")], false),
        (&stranger, vec![from, ("x-forwarded-proto", "https")], false),
        (&stranger, vec![("forwarded", "for=192.0.2.1;proto=https")], false),
    ] {
        for path in ["/api/posts", "/nothing", "/docs", "/health/live"] {
            let mut request = server.anonymous().get(path);
            for (name, value) in &headers {
                request = request.header(name, value);
            }
            let answer = request.await;
            let hsts = answer.header("strict-transport-security");
            assert_eq!(hsts.starts_with("max-age="), expected, "{path} {headers:?}");
        }
    }
}
