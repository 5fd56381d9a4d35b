//! Requests whose frame is good HTTP: each gets an answer, in time, that is no fault of ours.

use rand::{Rng, SeedableRng, rngs::StdRng};

use super::words::{HEADER_VALUES, HEADERS, METHODS, ODD, PARAMETERS, PATHS, body, mutate, one_of};
use crate::support::{Answer, Raw, TestServer, all};

/// What requests can name that is there.
#[derive(Clone)]
struct Known {
    user: String,
    post: String,
    draft: String,
    tokens: [String; 3],
}

/// How many at the same time: fewer than the queue for hashing takes, whose overflow is a 503.
const TASKS: u64 = 4;
/// After so many requests of a task the server is a new one: by then all are logged out.
const ROUND: u64 = 150;

fn target(rng: &mut StdRng, path: &str, known: &Known) -> String {
    let mut target = path
        .replace("{user}", &known.user)
        .replace("{post}", &known.post)
        .replace("{draft}", &known.draft)
        .replace("{odd}", one_of(rng, &ODD));
    for index in 0..rng.random_range(0_u32..7).saturating_sub(3) {
        target.push(if index == 0 { '?' } else { '&' });
        target += one_of(rng, &PARAMETERS);
        if rng.random_ratio(9, 10) {
            target.push('=');
            target += one_of(rng, &ODD);
        }
    }
    target
}

fn head(rng: &mut StdRng, path: &str, known: &Known, method: &str) -> Vec<u8> {
    let mut head =
        format!("{method} {} HTTP/1.1\r\nHost: x\r\n", target(rng, path, known)).into_bytes();
    if rng.random_ratio(3, 4) {
        let token = &known.tokens[rng.random_range(0..known.tokens.len())];
        head.extend(format!("Authorization: Bearer {token}\r\n").bytes());
    }
    if rng.random_ratio(9, 10) {
        head.extend(b"Content-Type: application/json\r\n");
    }
    for _ in 0..rng.random_range(0_u32..5).saturating_sub(2) {
        head.extend(format!("{}: ", one_of(rng, &HEADERS)).bytes());
        if rng.random_ratio(1, 5) {
            // Whatever a value may hold: visible characters, blanks and bytes over 127.
            let byte = |rng: &mut StdRng| match rng.random::<u8>() {
                b @ (b'\t' | 0x20..=0x7e | 0x80..) => b,
                _ => b'x',
            };
            let length = rng.random_range(0..60);
            head.extend((0..length).map(|_| byte(rng)));
        } else {
            head.extend(one_of(rng, &HEADER_VALUES).bytes());
        }
        head.extend(b"\r\n");
    }
    head
}

fn content(rng: &mut StdRng, path: &str) -> Vec<u8> {
    let mut content = body(rng, path).to_string().into_bytes();
    match rng.random_range(0..10) {
        0 => content.clear(),
        1..4 => mutate(rng, &mut content),
        4 => content = "[".repeat(rng.random_range(1..5_000)).into_bytes(),
        _ => {}
    }
    content
}

fn request(rng: &mut StdRng, known: &Known) -> Vec<u8> {
    let method = one_of(rng, &METHODS);
    let path = one_of(rng, &PATHS);
    let mut request = head(rng, path, known, method);
    let content = content(rng, path);
    match rng.random_range(0..8) {
        0 => request.extend(b"\r\n"),
        1 => {
            request.extend(b"Transfer-Encoding: chunked\r\n\r\n");
            for chunk in content.chunks(1 + rng.random_range(0..50)) {
                request.extend(format!("{:x}\r\n", chunk.len()).bytes());
                request.extend(chunk);
                request.extend(b"\r\n");
            }
            request.extend(b"0\r\n\r\n");
        }
        _ => {
            request.extend(format!("Content-Length: {}\r\n\r\n", content.len()).bytes());
            request.extend(content);
        }
    }
    request
}

fn check(request: &[u8], answer: Option<&Answer>) {
    let shown = String::from_utf8_lossy(request);
    let answer = answer.unwrap_or_else(|| panic!("a lost connection after\n{shown}"));
    assert!(answer.status < 500, "{} {}\nto\n{shown}", answer.status, answer.text());
    for name in ["x-request-id", "x-content-type-options", "x-frame-options"] {
        assert!(answer.has(name), "no {name}: {}\nto\n{shown}", answer.status);
    }
    if answer.status >= 400 && !request.starts_with(b"HEAD ") {
        assert!(!answer.code().is_empty(), "{} {}\nto\n{shown}", answer.status, answer.text());
    }
}

/// Sends requests, one after the other, and returns the statuses.
async fn send(server: Raw, address: std::net::SocketAddr, seed: u64, known: Known) -> Vec<u16> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut raw = server;
    let mut statuses = Vec::new();
    for _ in 0..ROUND {
        let request = request(&mut rng, &known);
        let sent = raw.try_send(&request).await;
        let is_head = request.starts_with(b"HEAD ");
        let answer = raw.read(is_head).await;
        check(&request, answer.as_ref());
        sent.expect("what has an answer was read");
        let answer = answer.expect("it was checked");
        statuses.push(answer.status);
        if answer.header("connection").eq_ignore_ascii_case("close") {
            raw = Raw::connect(address).await;
        }
    }
    statuses
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_in_a_good_frame_breaks_the_server_or_stays_without_an_answer() {
    let seed = super::seed();
    let rounds = super::setting("BASALT_FUZZ_REQUESTS", 6_000).div_ceil(ROUND * TASKS);
    let mut statuses = Vec::new();
    for round in 0..rounds {
        let server = TestServer::start().await;
        let known = Known {
            user: server.ann().id().to_owned(),
            post: server.ann().write("Title", true).await.id(),
            draft: server.ann().write("Draft", false).await.id(),
            tokens: [server.ann(), server.bob(), server.admin()].map(|c| c.token().to_owned()),
        };
        let mut tasks = Vec::new();
        for task in 0..TASKS {
            let seed = seed.wrapping_add(round * TASKS + task);
            tasks.push(send(server.raw().await, server.address(), seed, known.clone()));
        }
        statuses.extend(all(tasks).await.into_iter().flatten());
        server.anonymous().get("/api/posts").await.is(200);
    }
    // It was no monotonous walk along one refusal.
    for expected in [200, 201, 204, 400, 401, 403, 404, 405] {
        assert!(statuses.contains(&expected), "no {expected} among {}", statuses.len());
    }
}
