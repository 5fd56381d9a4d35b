//! Streams of bytes that nobody thought of, cut at random. What they get is compared with what one
//! whole write of them gets.
//!
//! They follow from a seed, which is printed. `BASALT_FUZZ_SEED` sets another one, and
//! `BASALT_FUZZ_STREAMS` how many there are.

use std::fmt::Write as _;

use rand::{Rng, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};

use super::served::{Here, lasting, statuses};

/// Connections on one port: their numbers come again a minute after a close.
const ROUND: u64 = 1_000;

fn setting(name: &str, default: u64) -> u64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "how a test is run is no configuration of the server"
    )]
    let set = std::env::var(name);
    set.ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn one_of<'a>(rng: &mut StdRng, words: &[&'a str]) -> &'a str {
    words.choose(rng).copied().unwrap_or_default()
}

/// Mostly good.
fn request(rng: &mut StdRng) -> String {
    let method = one_of(rng, &["GET", "GET", "POST", "POST", "HEAD", "PUT", "CONNECT", "get"]);
    let path = one_of(
        rng,
        &["/", "/later", "/later", "/echo", "/echo", "/unread", "/nowhere", "*", "http://x/later"],
    );
    let version = one_of(rng, &["1.1", "1.1", "1.1", "1.1", "1.1", "1.0"]);
    let end = one_of(rng, &["\r\n", "\r\n", "\r\n", "\r\n", "\n"]);
    let before = one_of(rng, &["", "", "", "\r\n", "\n"]);
    let mut request = format!("{before}{method} {path} HTTP/{version}{end}Host: x{end}");
    for _ in 0..rng.random_range(0_u32..5).saturating_sub(2) {
        let field = one_of(
            rng,
            &[
                "Connection: close",
                "Connection: keep-alive",
                "Connection: Upgrade",
                "Connection: keep-alive, upgrade",
                "Upgrade: websocket",
                "Upgrade: h2c",
                "Expect: 100-continue",
                "Host: y",
                "X:",
                "X-Long: \tvalue of more words ",
                "Content-Length: 0",
                "Transfer-Encoding: identity",
                "No colon",
                "Bad : blank",
                " folded",
            ],
        );
        write!(request, "{field}{end}").unwrap();
    }
    let body =
        one_of(rng, &["hello", "", "\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "0\r\n\r\n"]);
    match rng.random_range(0..6) {
        0 | 1 => request += end,
        2 | 3 => write!(request, "Content-Length: {}{end}{end}{body}", body.len()).unwrap(),
        _ => {
            write!(request, "Transfer-Encoding: chunked{end}{end}").unwrap();
            for chunk in body.as_bytes().chunks(1 + rng.random_range(0..20)) {
                let extension = one_of(rng, &["", "", "", ";a", ";a=\"b\"", " ", ";\n"]);
                let chunk = String::from_utf8_lossy(chunk);
                write!(request, "{:x}{extension}\r\n{chunk}\r\n", chunk.len()).unwrap();
            }
            let trailers = one_of(rng, &["", "", "", "X: y\r\n", "Y\r\n"]);
            write!(request, "0\r\n{trailers}\r\n").unwrap();
        }
    }
    request
}

fn stream(rng: &mut StdRng) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..rng.random_range(1..5) {
        bytes.extend(request(rng).bytes());
    }
    if rng.random_ratio(1, 2) {
        for _ in 0..rng.random_range(1..4) {
            let at = rng.random_range(0..bytes.len());
            match rng.random_range(0..5) {
                0 => bytes[at] = rng.random(),
                1 => bytes.insert(at, *b"\r\n :;0\0".choose(rng).expect("some")),
                2 => bytes.truncate(at.max(1)),
                3 if bytes.len() > 1 => drop(bytes.remove(at)),
                _ => bytes.extend_from_within(at..),
            }
        }
    }
    bytes
}

fn cuts<'a>(rng: &mut StdRng, bytes: &'a [u8]) -> Vec<&'a [u8]> {
    if rng.random_ratio(1, 20) {
        return bytes.chunks(1).collect();
    }
    let mut pieces = Vec::new();
    let mut rest = bytes;
    for _ in 0..rng.random_range(1..6) {
        let (piece, after) = rest.split_at(rng.random_range(0..=rest.len()));
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    pieces
}

#[actix_web::test]
async fn bytes_that_are_cut_get_what_one_whole_write_gets() {
    let seed = setting("BASALT_FUZZ_SEED", 20_260_101);
    println!("BASALT_FUZZ_SEED={seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let mut seen = std::collections::BTreeMap::<u16, u32>::new();
    let mut here = Here::start().await;
    for number in 0..setting("BASALT_FUZZ_STREAMS", 2_000) {
        if number % ROUND == ROUND - 1 {
            here = Here::start().await;
        }
        let bytes = stream(&mut rng);
        let pieces = cuts(&mut rng, &bytes);
        let (whole, cut) = (here.answer(&[&bytes]).await, here.answer(&pieces).await);
        let shown =
            || pieces.iter().map(|piece| String::from_utf8_lossy(piece)).collect::<Vec<_>>();
        assert_eq!(lasting(&cut), lasting(&whole), "stream {number}: {:?}", shown());
        for status in statuses(&whole) {
            *seen.entry(status).or_default() += 1;
        }
    }
    // It was no monotonous walk along one refusal.
    for status in [100, 200, 400, 404, 405] {
        assert!(seen.contains_key(&status), "no {status} among {seen:?}");
    }
}
