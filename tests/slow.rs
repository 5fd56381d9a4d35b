//! Clients that are slow or idle, with the times of the contract.

use std::time::{Duration, Instant};

use crate::support::{Raw, TestServer};

/// How long it takes until the server closes, and whether it said anything before.
async fn until_closed(mut raw: Raw) -> (Duration, Option<u16>) {
    let start = Instant::now();
    let said = raw.answer().await.map(|answer| answer.status);
    if said.is_some() {
        assert!(raw.is_closed().await);
    }
    (start.elapsed(), said)
}

fn is_about(took: Duration, seconds: u64) {
    let expected = Duration::from_secs(seconds);
    let early = Duration::from_millis(200);
    assert!(took + early >= expected && took < expected + Duration::from_secs(6), "{took:?}");
}

#[tokio::test]
async fn a_head_must_be_complete_after_5_seconds_and_an_idle_connection_closes_when_it_is_configured()
 {
    let server = TestServer::with(&[("KEEP_ALIVE_SECONDS", "7")]).await;
    let silent = server.raw().await;
    let mut slow = server.raw().await;
    slow.send("GET /health/live HTTP/1.1\r\nHost:").await;
    let mut second = server.raw().await;
    second.ask("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").await.is(200);
    second.send("GET /health/live HTTP/1.1\r\n").await;
    let mut idle = server.raw().await;
    idle.ask("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").await.is(200);
    // The end of its head in a segment of its own.
    let mut cut = server.raw().await;
    cut.send("GET /health/live HTTP/1.1\r\nHost: x\r\n").await;
    let health = server.anonymous();
    health.get("/health/live").await.is(200);
    cut.ask("\r\n").await.is(200);
    let (silent, slow, second, idle, cut) = tokio::join!(
        until_closed(silent),
        until_closed(slow),
        until_closed(second),
        until_closed(idle),
        until_closed(cut),
    );
    is_about(silent.0, 5);
    is_about(slow.0, 5);
    is_about(second.0, 5);
    for (took, said) in [idle, cut] {
        is_about(took, 7);
        assert_eq!(said, None, "without a word");
    }
}
