//! Files of the page: packed for those who ask for it, and only for them.

use reqwest::Method;

use crate::support::{Answer, TestServer};

const FILES: [&str; 3] =
    ["/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/favicon-32x32.png"];

async fn get(server: &TestServer, file: &str, accepted: Option<&str>) -> Answer {
    let request = server.anonymous().get(file);
    let answer = match accepted {
        Some(codings) => request.header("accept-encoding", codings).await,
        None => request.await,
    };
    let answer = answer.is(200);
    assert_eq!(answer.header("vary"), "Accept-Encoding", "{file}");
    answer
}

#[tokio::test]
async fn whoever_does_not_ask_for_gzip_gets_them_plain() {
    let server = TestServer::start().await;
    for file in FILES {
        for accepted in [
            None,
            Some("identity"),
            Some(""),
            Some("br, zstd"),
            Some("gzip;q=0"),
            Some("*;q=0"),
            Some("gzip;q=0.5, identity"),
        ] {
            let answer = get(&server, file, accepted).await;
            assert!(!answer.has("content-encoding"), "{file} {accepted:?}");
            assert_ne!(answer.body[..2], [0x1f, 0x8b], "{file} {accepted:?}");
        }
    }
    let script = get(&server, "/docs/swagger-ui-bundle.js", None).await.text();
    assert!(script.contains("SwaggerUIBundle"));
}

#[tokio::test]
async fn whoever_asks_for_gzip_gets_it() {
    let server = TestServer::start().await;
    for file in FILES {
        let plain = get(&server, file, None).await;
        for accepted in ["gzip", "gzip, deflate, br, zstd", "*", "identity;q=0, gzip;q=0.1"] {
            let answer = get(&server, file, Some(accepted)).await;
            assert_eq!(answer.header("content-encoding"), "gzip", "{file} {accepted}");
            assert_eq!(answer.body[..2], [0x1f, 0x8b], "{file} {accepted}");
            assert_eq!(answer.header("content-type"), plain.header("content-type"));
            // The last four bytes of gzip are the length of what is packed (RFC 1952, 2.3.1).
            let length = answer.body.last_chunk::<4>().expect("a trailer");
            let length = usize::try_from(u32::from_le_bytes(*length)).unwrap();
            assert_eq!(length, plain.body.len(), "{file}");
            let head = server.anonymous().request(Method::HEAD, file);
            let head = head.header("accept-encoding", accepted).await.is(200);
            let length = head.header("content-length");
            assert_eq!(length, answer.body.len().to_string(), "{file}");
        }
    }
}

#[tokio::test]
async fn nothing_else_is_packed() {
    let server = TestServer::start().await;
    for path in ["/docs", "/docs/start.js", "/docs/page.css", "/api/openapi.json", "/api/posts"] {
        let request = server.anonymous().get(path);
        let answer = request.header("accept-encoding", "gzip").await.is(200);
        assert!(!answer.has("content-encoding"), "{path}");
    }
}
