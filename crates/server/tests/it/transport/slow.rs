//! Slow, idle and stubborn clients, on real sockets with short timeouts.

use std::time::{Duration, Instant};

use basalt_server::transport::Timeouts;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use super::served::{LARGE, PATIENCE, Server, patient};

pub(super) const HEAD: Duration = Duration::from_millis(300);
pub(super) const IDLE: Duration = Duration::from_millis(700);
const WRITE: Duration = Duration::from_millis(500);

pub(super) fn quick() -> Server {
    Server::start(Timeouts { head: HEAD, idle: IDLE, write: WRITE })
}

/// What the server sends until it closes, and how long that takes.
pub(super) async fn until_closed(stream: &mut TcpStream) -> (String, Duration) {
    let start = Instant::now();
    let mut received = Vec::new();
    let end = timeout(PATIENCE, stream.read_to_end(&mut received)).await;
    // Closed or reset are both closed.
    let _ = end.expect("the connection stays open");
    (String::from_utf8_lossy(&received).into_owned(), start.elapsed())
}

/// One whole answer to a request, on a connection that stays open.
pub(super) async fn exchange(stream: &mut TcpStream, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut received = Vec::new();
    while !received.ends_with(b"hello") {
        let read = timeout(PATIENCE, stream.read_buf(&mut received)).await;
        assert_ne!(read.unwrap().unwrap(), 0, "closed before the answer");
    }
    String::from_utf8(received).unwrap()
}

pub(super) const GET: &str = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

#[tokio::test]
async fn a_client_that_sends_nothing_is_closed() {
    let server = quick();
    let mut stream = server.connect().await;
    let (received, took) = until_closed(&mut stream).await;
    assert_eq!(received, "");
    assert!(took >= HEAD * 9 / 10, "{took:?}");
}

#[tokio::test]
async fn a_slow_first_head_is_closed_with_408() {
    let server = quick();
    let mut stream = server.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost:").await.unwrap();
    let (received, _) = until_closed(&mut stream).await;
    assert!(received.starts_with("HTTP/1.1 408 "), "{received}");
}

#[tokio::test]
async fn a_head_that_trickles_gets_no_more_time_than_one_that_stops() {
    let server = quick();
    let mut stream = server.connect().await;
    let (mut read, mut write) = stream.split();
    let trickle = async {
        let mut pause = tokio::time::interval(HEAD / 6);
        loop {
            pause.tick().await;
            if write.write_all(b"G").await.is_err() {
                return;
            }
        }
    };
    let mut received = Vec::new();
    let start = Instant::now();
    tokio::select! {
        _ = read.read_to_end(&mut received) => {}
        () = trickle => {}
        () = tokio::time::sleep(PATIENCE) => panic!("the connection stays open"),
    }
    assert!(start.elapsed() < HEAD * 3, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_slow_second_head_is_closed_with_408() {
    let server = quick();
    let mut stream = server.connect().await;
    assert!(exchange(&mut stream, GET).await.starts_with("HTTP/1.1 200"));
    stream.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    let (received, took) = until_closed(&mut stream).await;
    assert!(received.starts_with("HTTP/1.1 408 "), "{received}");
    assert!(took < IDLE, "it has the time of a head: {took:?}");
}

#[tokio::test]
async fn a_second_head_that_begins_with_the_first_is_no_idle_time() {
    let server = quick();
    let mut stream = server.connect().await;
    let both = format!("{GET}GET / HTTP/1.1\r\n");
    assert!(exchange(&mut stream, &both).await.starts_with("HTTP/1.1 200"));
    let (received, took) = until_closed(&mut stream).await;
    assert!(received.starts_with("HTTP/1.1 408 "), "{received}");
    assert!(took < IDLE, "{took:?}");
}

#[tokio::test]
async fn an_idle_connection_is_closed_without_a_word() {
    let server = quick();
    let mut stream = server.connect().await;
    exchange(&mut stream, GET).await;
    let (received, took) = until_closed(&mut stream).await;
    assert_eq!(received, "");
    assert!(took >= IDLE * 9 / 10, "{took:?}");
}

#[tokio::test]
async fn a_connection_in_use_outlives_every_timeout() {
    let server = quick();
    let mut stream = server.connect().await;
    let mut pause = tokio::time::interval(HEAD / 2);
    let start = Instant::now();
    while start.elapsed() < IDLE * 2 {
        pause.tick().await;
        exchange(&mut stream, GET).await;
    }
}

#[tokio::test]
async fn a_reader_that_takes_nothing_is_closed() {
    let server = quick();
    let mut stream = server.connect().await;
    stream.write_all(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    // The answer has begun; from here on nothing is taken.
    stream.read_u8().await.unwrap();
    timeout(PATIENCE, server.connections.all_closed()).await.expect("the connection stays open");
    let (received, _) = until_closed(&mut stream).await;
    assert!(received.len() < LARGE, "the answer cannot have fitted");
}

#[tokio::test]
async fn a_large_answer_arrives_whole_with_its_length() {
    let server = quick();
    let mut stream = server.connect().await;
    stream.write_all(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    let (received, _) = until_closed(&mut stream).await;
    let (head, body) = received.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("content-length: {LARGE}")), "{head}");
    assert!(!head.contains("chunked"));
    assert_eq!(body.len(), LARGE);
}

#[tokio::test]
async fn head_tells_the_length_without_the_body() {
    let server = quick();
    let mut stream = server.connect().await;
    stream.write_all(b"HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    let (received, _) = until_closed(&mut stream).await;
    assert!(received.contains("content-length: 5\r\n"), "{received}");
    assert!(received.ends_with("\r\n\r\n"), "{received}");
}

#[tokio::test]
async fn a_body_may_take_longer_than_a_head() {
    let server = quick();
    let mut stream = server.connect().await;
    stream
        .write_all(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel")
        .await
        .unwrap();
    let early = timeout(HEAD * 2, stream.read_u8()).await;
    assert!(early.is_err(), "nothing to read while the body is due");
    assert!(exchange(&mut stream, "lo").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn while_draining_idle_connections_close_at_once_and_answers_are_the_last() {
    // With timeouts that can't be what closes.
    let server = Server::start(patient());
    let mut idle = server.connect().await;
    exchange(&mut idle, GET).await;
    let mut waiting = server.connect().await;
    waiting
        .write_all(
            b"POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
        )
        .await
        .unwrap();
    let mut go_on = [0; 25];
    waiting.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");

    server.connections.begin_to_drain();

    let (received, took) = until_closed(&mut idle).await;
    assert_eq!(received, "");
    assert!(took < Duration::from_secs(2), "{took:?}");
    waiting.write_all(b"hello").await.unwrap();
    let (received, took) = until_closed(&mut waiting).await;
    assert!(received.contains("connection: close\r\n"), "{received}");
    assert!(received.ends_with("hello"), "{received}");
    assert!(took < Duration::from_secs(2), "{took:?}");
    server.connections.all_closed().await;
}
