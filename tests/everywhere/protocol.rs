//! HTTP itself.

use crate::support::TestServer;

const GET: &str = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";

#[tokio::test]
async fn there_is_no_http_2_without_tls() {
    let server = TestServer::start().await;
    let mut raw = server.raw().await;
    let upgrade = "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\n\
                   Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n";
    raw.ask(upgrade).await.is(200);
    let mut raw = server.raw().await;
    raw.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    let answer = raw.answer().await;
    assert!(answer.is_none_or(|answer| answer.status >= 400));
}

#[tokio::test]
async fn what_http_can_not_parse_is_refused_and_the_server_goes_on() {
    let server = TestServer::start().await;
    let long_header = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "x".repeat(300_000));
    let long_path = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(300_000));
    let many = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "X: y\r\n".repeat(5_000));
    for bytes in [
        "\0\0\0\0",
        "nonsense\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET /  HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nNo colon\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nBad Name: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0",
        &long_header,
        &long_path,
        &many,
    ] {
        let mut raw = server.raw().await;
        let _ = raw.try_send(bytes).await;
        let _ = raw.finish().await;
        while let Some(answer) = raw.answer().await {
            let shown: String = bytes.chars().take(60).collect();
            assert!(answer.status >= 400 && answer.status < 500, "{shown:?}: {}", answer.status);
        }
    }
    server.raw().await.ask(GET).await.is(200);
}

#[tokio::test]
async fn requests_on_one_connection_are_answered_in_order() {
    let server = TestServer::start().await;
    let mut raw = server.raw().await;
    let ids: Vec<_> = (0..10).map(|index| format!("request-{index}")).collect();
    let get = |id| format!("GET /api/posts HTTP/1.1\r\nHost: x\r\nX-Request-Id: {id}\r\n\r\n");
    let all: Vec<_> = ids.iter().map(get).collect();
    raw.send(all.concat()).await;
    for id in &ids {
        let answer = raw.answer().await.expect("an answer").is(200);
        assert_eq!(answer.header("x-request-id"), id);
    }
}

#[tokio::test]
async fn http_1_0_and_connection_close_end_the_connection() {
    let server = TestServer::start().await;
    for request in [
        "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /health/live HTTP/1.0\r\n\r\n",
    ] {
        let mut raw = server.raw().await;
        raw.ask(request).await.is(200);
        assert!(raw.is_closed().await);
    }
}

/// A request that makes a post, with these fields.
fn post(server: &TestServer, fields: &str) -> String {
    let body = r#"{"title":"Title","content":"Content"}"#;
    format!(
        "POST /api/posts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\n{fields}Content-Length: {}\r\n\r\n{body}",
        server.ann().token(),
        body.len(),
    )
}

#[tokio::test]
async fn a_write_that_asks_for_another_protocol_is_done_and_the_connection_goes_on() {
    let server = TestServer::start().await;
    for fields in [
        "Upgrade: websocket\r\n",
        "Connection: upgrade\r\nUpgrade: websocket\r\n",
        "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n",
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n",
        "Connection: upgrade\r\n",
    ] {
        let mut raw = server.raw().await;
        let answer = raw.ask(post(&server, fields)).await.is(201);
        assert!(!answer.has("upgrade") && !answer.has("connection"), "{fields:?}");
        raw.ask(GET).await.is(200);
    }
}

#[tokio::test]
async fn a_write_may_be_cut_at_every_offset_and_the_connection_goes_on() {
    let server = TestServer::start().await;
    let request = post(&server, "");
    let mut raw = server.raw().await;
    for offset in 1..request.len() {
        let (first, second) = request.split_at(offset);
        raw.send(first).await;
        tokio::task::yield_now().await;
        raw.ask(second).await.is(201);
    }
    raw.ask(GET).await.is(200);
}

#[tokio::test]
async fn answers_to_what_comes_at_once_are_each_that_of_their_own_request() {
    let server = TestServer::start().await;
    let mut raw = server.raw().await;
    let list = |method| format!("{method} /api/posts HTTP/1.1\r\nHost: x\r\n\r\n");
    raw.send([list("HEAD"), list("GET"), list("HEAD"), GET.to_owned()].concat()).await;
    assert!(raw.read(true).await.expect("an answer").is(200).has("content-length"));
    assert!(raw.answer().await.expect("an answer").is(200).text().contains("pagination"));
    raw.read(true).await.expect("an answer").is(200);
    assert_eq!(raw.answer().await.expect("an answer").is(200).text(), r#"{"status":"ok"}"#);
}

#[tokio::test]
async fn an_absolute_target_is_the_path_within_it() {
    let server = TestServer::start().await;
    let mut raw = server.raw().await;
    let request = "GET http://x/health/live HTTP/1.1\r\nHost: x\r\n\r\n";
    raw.ask(request).await.is(200);
}

#[tokio::test]
async fn a_client_that_closes_its_side_still_gets_its_answer() {
    let server = TestServer::start().await;
    let mut raw = server.raw().await;
    raw.send("GET /api/posts HTTP/1.1\r\nHost: x\r\n\r\n").await;
    raw.finish().await.expect("it can be closed");
    raw.answer().await.expect("an answer").is(200);
}
