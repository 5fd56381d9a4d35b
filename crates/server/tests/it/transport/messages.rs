//! RFC 9112, as a table: what each message gets, whole and cut at each offset, and whether the
//! connection is kept after it.

use super::served::{Here, lasting, statuses};

const KEPT: bool = true;
const CLOSED: bool = false;

/// What shows that the connection was kept: the next request gets its answer.
const NEXT: &[u8] = b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n";

type Row = (&'static str, &'static [u16], bool);

async fn hold(rows: &[Row]) {
    let here = Here::start().await;
    for (message, expected, kept) in rows {
        let stream = [message.as_bytes(), NEXT].concat();
        let whole = here.answer(&[&stream]).await;
        let mut wanted = expected.to_vec();
        wanted.extend(kept.then_some(404));
        let shown = String::from_utf8_lossy(&whole);
        assert_eq!(statuses(&whole), wanted, "{message:?}: {shown}");
        for offset in 1..=message.len() {
            let (first, second) = stream.split_at(offset);
            let cut = here.answer(&[first, second]).await;
            assert_eq!(lasting(&cut), lasting(&whole), "{message:?} cut at {offset}");
        }
    }
}

#[actix_web::test]
async fn request_lines_section_3() {
    hold(&[
        ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", &[200], KEPT),
        // 2.2: empty lines before it, and line feeds alone, may be taken.
        ("\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", &[200], KEPT),
        ("GET / HTTP/1.1\nHost: x\n\n", &[200], KEPT),
        ("GET / HTTP/1.1\rHost: x\r\n\r\n", &[400], CLOSED),
        (" GET / HTTP/1.1\r\nHost: x\r\n\r\n", &[400], CLOSED),
        ("GET  / HTTP/1.1\r\nHost: x\r\n\r\n", &[400], CLOSED),
        ("GET /  HTTP/1.1\r\nHost: x\r\n\r\n", &[400], CLOSED),
        ("GET / HTTP/1.1 \r\nHost: x\r\n\r\n", &[400], CLOSED),
        ("GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n", &[400], CLOSED),
        ("GET /\r\nHost: x\r\n\r\n", &[400], CLOSED),
        ("GET\r\n\r\n", &[400], CLOSED),
        ("GET / HTTP/1.2\r\nHost: x\r\n\r\n", &[400], CLOSED),
        ("GET / HTTP/2.0\r\nHost: x\r\n\r\n", &[400], CLOSED),
        ("GET / http/1.1\r\nHost: x\r\n\r\n", &[400], CLOSED),
        // 3.1: methods are tokens with case, and need not be known.
        ("get / HTTP/1.1\r\nHost: x\r\n\r\n", &[405], KEPT),
        ("B-R_E.W / HTTP/1.1\r\nHost: x\r\n\r\n", &[405], KEPT),
        ("GE(T / HTTP/1.1\r\nHost: x\r\n\r\n", &[400], CLOSED),
        // 3.2: the four forms of a target.
        ("GET /?a=b HTTP/1.1\r\nHost: x\r\n\r\n", &[200], KEPT),
        ("GET http://y/ HTTP/1.1\r\nHost: x\r\n\r\n", &[200], KEPT),
        ("GET http://y HTTP/1.1\r\nHost: x\r\n\r\n", &[200], KEPT),
        ("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", &[404], KEPT),
        ("CONNECT /echo HTTP/1.1\r\nHost: x\r\n\r\n", &[400], CLOSED),
        ("CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", &[404], CLOSED),
        // 3.3: what HTTP/1.0 needs not have.
        ("GET / HTTP/1.0\r\n\r\n", &[200], CLOSED),
        ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", &[200], KEPT),
    ])
    .await;
}

#[actix_web::test]
async fn fields_section_5_and_host_section_3_2() {
    hold(&[
        ("GET / HTTP/1.1\r\nHost:x\r\nA:\r\nB: \t y \t\r\n\r\n", &[200], KEPT),
        ("GET / HTTP/1.1\r\nHost: x\r\nA: \u{ff}\r\n\r\n", &[200], KEPT),
        ("GET / HTTP/1.1\r\nHost: x\r\nA : y\r\n\r\n", &[400], CLOSED),
        ("GET / HTTP/1.1\r\nHost: x\r\n : y\r\n\r\n", &[400], CLOSED),
        ("GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n", &[400], CLOSED),
        ("GET / HTTP/1.1\r\nHost: x\r\nA\r\n\r\n", &[400], CLOSED),
        ("GET / HTTP/1.1\r\nHost: x\r\nA(: y\r\n\r\n", &[400], CLOSED),
        ("GET / HTTP/1.1\r\nHost: x\r\nA: y\0\r\n\r\n", &[400], CLOSED),
        ("GET / HTTP/1.1\r\nHost: x\r\nA: y\rz\r\n\r\n", &[400], CLOSED),
        // 5.2: folded lines are obsolete.
        ("GET / HTTP/1.1\r\nHost: x\r\nA: y\r\n z\r\n\r\n", &[400], CLOSED),
        ("GET / HTTP/1.1\r\n Host: x\r\n\r\n", &[400], CLOSED),
        ("GET / HTTP/1.1\r\n\r\n", &[400], CLOSED),
        ("GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", &[400], CLOSED),
        ("GET / HTTP/1.1\r\nHost:\r\n\r\n", &[200], KEPT),
        ("GET / HTTP/1.1\r\nHost: a_b.example:3000\r\n\r\n", &[200], KEPT),
        ("GET / HTTP/1.1\r\nHost: [::1]:3000\r\n\r\n", &[200], KEPT),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", &[400], CLOSED),
        ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", &[400], CLOSED),
        ("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", &[400], CLOSED),
        ("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", &[400], CLOSED),
    ])
    .await;
}

#[actix_web::test]
async fn lengths_section_6() {
    hold(&[
        ("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", &[200], KEPT),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 005\r\n\r\nhello", &[200], KEPT),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", &[200], KEPT),
        ("POST /echo HTTP/1.1\r\nHost: x\r\n\r\n", &[200], KEPT),
        ("GET /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", &[200], KEPT),
        ("POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", &[404], KEPT),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\nhello", &[400], CLOSED),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello", &[400], CLOSED),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\nhello", &[400], CLOSED),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5x\r\n\r\nhello", &[400], CLOSED),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0x5\r\n\r\nhello", &[400], CLOSED),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5 5\r\n\r\nhello", &[400], CLOSED),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\nhello", &[400], CLOSED),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", &[400], CLOSED),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", &[400], CLOSED),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", &[400], CLOSED),
        // 6.1: only one transfer coding is known, and never beside a length.
        ("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n", &[200], KEPT),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", &[400], CLOSED),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", &[400], CLOSED),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", &[400], CLOSED),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", &[400], CLOSED),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", &[400], CLOSED),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", &[400], CLOSED),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n", &[400], CLOSED),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", &[400], CLOSED),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n\r\n0\r\n\r\n", &[400], CLOSED),
        ("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", &[400], CLOSED),
        ("POST /echo HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello", &[200], CLOSED),
        ("POST /echo HTTP/1.0\r\n\r\n", &[400], CLOSED),
    ])
    .await;
}

macro_rules! chunked {
    ($body:literal) => {
        concat!("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", $body)
    };
}

#[actix_web::test]
async fn chunks_section_7() {
    hold(&[
        (chunked!("5\r\nhello\r\n0\r\n\r\n"), &[200], KEPT),
        (chunked!("0\r\n\r\n"), &[200], KEPT),
        (chunked!("000\r\n\r\n"), &[200], KEPT),
        (chunked!("0A\r\n0123456789\r\n0\r\n\r\n"), &[200], KEPT),
        (chunked!("5;a\r\nhello\r\n0;b=\"c\";d\r\n\r\n"), &[200], KEPT),
        (chunked!("5\r\nhello\r\n0\r\nX: y\r\nZ:\r\n\r\n"), &[200], KEPT),
        (chunked!("\r\n\r\n"), &[400], CLOSED),
        (chunked!("x\r\n"), &[400], CLOSED),
        (chunked!("-1\r\n"), &[400], CLOSED),
        (chunked!("+5\r\nhello\r\n0\r\n\r\n"), &[400], CLOSED),
        (chunked!(" 5\r\nhello\r\n0\r\n\r\n"), &[400], CLOSED),
        (chunked!("0x5\r\nhello\r\n0\r\n\r\n"), &[400], CLOSED),
        (chunked!("5 5\r\nhello\r\n0\r\n\r\n"), &[400], CLOSED),
        (chunked!("ffffffffffffffff\r\nhello"), &[400], CLOSED),
        (chunked!("fffffffffffffffff\r\nhello"), &[400], CLOSED),
        (chunked!("5\nhello\r\n0\r\n\r\n"), &[400], CLOSED),
        (chunked!("5\rxhello\r\n0\r\n\r\n"), &[400], CLOSED),
        (chunked!("5;a\nb\r\nhello\r\n0\r\n\r\n"), &[400], CLOSED),
        (chunked!("5;a\0\r\nhello\r\n0\r\n\r\n"), &[400], CLOSED),
        (chunked!(";a\r\nhello\r\n0\r\n\r\n"), &[400], CLOSED),
        (chunked!("5\r\nhello0\r\n\r\n"), &[400], CLOSED),
        (chunked!("5\r\nhello\n0\r\n\r\n"), &[400], CLOSED),
        (chunked!("5\r\nhello world\r\n0\r\n\r\n"), &[400], CLOSED),
        (chunked!("5\r\nhello\r\n0\r\nno colon\r\n\r\n"), &[400], CLOSED),
        (chunked!("5\r\nhello\r\n0\r\nX: y\n\r\n"), &[400], CLOSED),
        (chunked!("5\r\nhello\r\n0\r\n\n"), &[400], CLOSED),
    ])
    .await;
}

#[actix_web::test]
async fn connections_section_9_and_upgrades() {
    hold(&[
        ("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", &[200], CLOSED),
        ("GET / HTTP/1.1\r\nHost: x\r\nConnection: Keep-Alive, Close\r\n\r\n", &[200], CLOSED),
        ("GET / HTTP/1.1\r\nHost: x\r\nConnection: x-closed\r\n\r\n", &[200], KEPT),
        ("GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", &[404], CLOSED),
        // RFC 9110, 7.8: an upgrade may be ignored, and what follows is HTTP/1.1 as before.
        ("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n", &[200], KEPT),
        ("GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n", &[200], KEPT),
        ("GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\n\r\n", &[200], KEPT),
        ("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n", &[200], KEPT),
        ("GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\r\n", &[200], CLOSED),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nContent-Length: 5\r\n\r\nhello", &[200], KEPT),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: WebSocket\r\nContent-Length: 5\r\n\r\nhello", &[200], KEPT),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: h2c, websocket\r\nContent-Length: 5\r\n\r\nhello", &[200], KEPT),
        ("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", &[200], KEPT),
        ("GET / HTTP/1.0\r\nConnection: keep-alive, upgrade\r\nUpgrade: websocket\r\n\r\n", &[200], KEPT),
        // RFC 9110, 10.1.1: whoever asks first is told to go on, but not in HTTP/1.0.
        ("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello", &[100, 200], KEPT),
        ("POST /nowhere HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\nhello", &[100, 404], KEPT),
        ("POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello", &[200], CLOSED),
    ])
    .await;
}
