//! 413, and bodies that end early.

use serde_json::{Value, json};

use crate::support::TestServer;

const LIMIT: usize = 256 * 1_024;

fn head(server: &TestServer, more: &str) -> String {
    let token = server.ann().token().to_owned();
    format!(
        "POST /api/posts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\n{more}\r\n\r\n"
    )
}

/// A body of exactly so many bytes that is good JSON.
fn padded(bytes: usize) -> String {
    let body = json!({"title": "a", "content": "b"}).to_string();
    format!("{body}{}", " ".repeat(bytes - body.len()))
}

#[tokio::test]
async fn a_body_of_256_kib_is_read_and_one_byte_more_is_413() {
    let server = TestServer::start().await;
    let request = |bytes| server.ann().post("/api/posts", Value::Null).body(padded(bytes));
    request(LIMIT).await.is(201);
    let answer = request(LIMIT + 1).await.is_error(413, "payload_too_large");
    assert!(answer.message().contains("256 KiB"));
    request(5_000_000).await.is_error(413, "payload_too_large");
}

#[tokio::test]
async fn an_announced_length_over_it_is_refused_before_the_body_is_read() {
    let server = TestServer::start().await;
    for length in [(LIMIT + 1).to_string(), "10000000000".to_owned(), u64::MAX.to_string()] {
        let mut raw = server.raw().await;
        raw.send(head(&server, &format!("Content-Length: {length}"))).await;
        let answer = raw.answer().await.expect("an answer before the body");
        answer.is_error(413, "payload_too_large");
    }
}

#[tokio::test]
async fn a_body_in_chunks_is_read_up_to_the_limit() {
    let server = TestServer::start().await;
    let mut raw = server.raw().await;
    raw.send(head(&server, "Transfer-Encoding: chunked")).await;
    let body = padded(LIMIT);
    for chunk in body.as_bytes().chunks(10_000) {
        raw.send(format!("{:x}\r\n", chunk.len())).await;
        raw.send(chunk).await;
        raw.send("\r\n").await;
    }
    raw.send("0\r\n\r\n").await;
    raw.answer().await.expect("an answer").is(201);

    let mut raw = server.raw().await;
    raw.send(head(&server, "Transfer-Encoding: chunked")).await;
    let chunk = "x".repeat(16_384);
    for _ in 0..40 {
        // The server may have answered and closed by now.
        let _ = raw.try_send(format!("4000\r\n{chunk}\r\n")).await;
    }
    let _ = raw.try_send("0\r\n\r\n").await;
    let answer = raw.answer().await.expect("an answer, not a reset");
    answer.is_error(413, "payload_too_large");
}

#[tokio::test]
async fn a_client_that_waits_to_be_told_to_go_on_is_told_or_refused() {
    let server = TestServer::start().await;
    let body = padded(1_000);
    let mut raw = server.raw().await;
    let more = "Expect: 100-continue\r\nContent-Length: 1000";
    raw.send(head(&server, more)).await;
    raw.send(&body).await;
    raw.answer().await.expect("an answer").is(201);
    let mut raw = server.raw().await;
    raw.send(head(&server, "Expect: 100-continue\r\nContent-Length: 9999999")).await;
    let answer = raw.answer().await.expect("an answer");
    answer.is_error(413, "payload_too_large");
}

#[tokio::test]
async fn a_body_that_ends_early_makes_nothing_and_harms_nobody() {
    let server = TestServer::start().await;
    for more in ["Content-Length: 1000", "Transfer-Encoding: chunked"] {
        let mut raw = server.raw().await;
        raw.send(head(&server, more)).await;
        raw.send("5\r\n{\"tit").await;
        raw.reset();
    }
    let drafts = server.ann().get("/api/posts?published=false").await.is(200);
    assert_eq!(drafts.json()["pagination"]["total"], 0);
}

#[tokio::test]
async fn a_broken_chunk_is_400_then_the_end_of_the_connection_and_makes_nothing() {
    let server = TestServer::start().await;
    let broken = [
        "zz\r\n{}\r\n0\r\n\r\n",
        "-1\r\n",
        "fffffffffffffffff\r\n",
        "ffffffffffffffffff\r\n{}",
        "2;a\nb\r\n{}\r\n0\r\n\r\n",
        "2\r\n{}xx",
    ];
    for body in broken {
        // What still comes must not cost the client its answer.
        for more in [0, 100_000] {
            let mut raw = server.raw().await;
            raw.send(head(&server, "Transfer-Encoding: chunked")).await;
            let _ = raw.try_send(format!("{body}{}", "x".repeat(more))).await;
            let answer = raw.answer().await.unwrap_or_else(|| panic!("{body:?}"));
            let answer = answer.is_error(400, "malformed_json");
            assert_eq!(answer.header("connection"), "close");
            assert!(raw.is_closed().await);
        }
    }
    let drafts = server.ann().get("/api/posts?published=false").await.is(200);
    assert_eq!(drafts.json()["pagination"]["total"], 0);
}

#[tokio::test]
async fn the_connection_is_good_for_the_next_request_after_a_refusal() {
    let server = TestServer::start().await;
    let token = server.ann().token().to_owned();
    let mut raw = server.raw().await;
    for (content_type, status) in
        [("text/plain", 415), ("application/json", 400), ("text/plain", 415)]
    {
        let request = format!(
            "POST /api/posts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: {content_type}\r\nContent-Length: 9\r\n\r\n{{\"a\":[1]}}"
        );
        let answer = raw.ask(request).await.is(status);
        if answer.header("connection").eq_ignore_ascii_case("close") {
            assert!(raw.is_closed().await, "it said so");
            raw = server.raw().await;
        }
    }
}
