//! Connections that are kept: what begins a request, what ends one, and what is idle time.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use super::slow::{GET, HEAD, IDLE, exchange, quick, until_closed};

/// Sends these pieces, each a segment of its own; the last one is answered.
async fn in_pieces(stream: &mut TcpStream, pieces: &[&str]) -> String {
    let (last, first) = pieces.split_last().unwrap();
    for piece in first {
        stream.write_all(piece.as_bytes()).await.unwrap();
        let early = timeout(HEAD / 6, stream.read_u8()).await;
        assert!(early.is_err(), "nothing to read before the end of the request");
    }
    exchange(stream, last).await
}

async fn is_idle_now(mut stream: TcpStream) {
    let (received, took) = until_closed(&mut stream).await;
    assert_eq!(received, "", "closed without a word");
    assert!(took >= IDLE * 9 / 10, "it has the time of an idle connection: {took:?}");
}

#[tokio::test]
async fn a_connection_is_idle_after_a_request_however_that_was_cut() {
    let server = quick();
    let (head, end) = GET.split_at(GET.len() - 2);
    let (line, rest) = GET.split_at(5);
    let post = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n";
    let chunked = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    let cases: [&[&str]; 6] = [
        &[head, end],
        &[head, "\r", "\n"],
        &[line, rest],
        &[post, "hello"],
        &[post, "hel", "lo"],
        &[chunked, "5\r\nhello\r\n0\r", "\n\r\n"],
    ];
    for pieces in cases {
        let mut stream = server.connect().await;
        for _ in 0..2 {
            let answer = in_pieces(&mut stream, pieces).await;
            assert!(answer.starts_with("HTTP/1.1 200"), "{pieces:?}: {answer}");
        }
        is_idle_now(stream).await;
    }
}

#[tokio::test]
async fn an_empty_line_after_a_request_begins_no_other() {
    let server = quick();
    let mut stream = server.connect().await;
    let post = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello\r\n";
    assert!(exchange(&mut stream, post).await.starts_with("HTTP/1.1 200"));
    is_idle_now(stream).await;
}

#[tokio::test]
async fn a_head_that_is_cut_behind_another_request_has_the_time_of_a_head() {
    let server = quick();
    for behind in ["G", "GET / HTTP/1.1\r\nHost: x\r\n\r"] {
        let mut stream = server.connect().await;
        exchange(&mut stream, &format!("{GET}{behind}")).await;
        let (received, took) = until_closed(&mut stream).await;
        assert!(received.starts_with("HTTP/1.1 408 "), "{received}");
        assert!(took < IDLE, "{took:?}");
    }
}

#[tokio::test]
async fn a_body_that_nobody_waits_for_has_the_time_of_a_head() {
    let server = quick();
    for framing in ["Content-Length: 10", "Transfer-Encoding: chunked"] {
        let head = format!("POST /unread HTTP/1.1\r\nHost: x\r\n{framing}\r\n\r\n");
        let mut stream = server.connect().await;
        assert!(exchange(&mut stream, &head).await.starts_with("HTTP/1.1 200"));
        let (received, took) = until_closed(&mut stream).await;
        assert_eq!(received, "", "it was answered");
        assert!(took >= HEAD * 9 / 10 && took < IDLE + Duration::from_secs(1), "{took:?}");
        // Whoever sends it has not waited: the connection goes on.
        let body = if framing.starts_with('C') { "0123456789" } else { "5\r\nhello\r\n0\r\n\r\n" };
        let mut stream = server.connect().await;
        exchange(&mut stream, &head).await;
        let next = format!("{body}{GET}");
        assert!(exchange(&mut stream, &next).await.starts_with("HTTP/1.1 200"), "{framing}");
        is_idle_now(stream).await;
    }
}
