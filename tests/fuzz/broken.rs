//! Bytes that were a request once: the answer is a refusal or the end of the connection, and the
//! server goes on.

use rand::{Rng, SeedableRng, rngs::StdRng};

use super::words::{METHODS, PATHS, body, mutate, one_of};
use crate::support::TestServer;

fn bytes(rng: &mut StdRng, token: &str) -> Vec<u8> {
    let path = one_of(rng, &PATHS);
    let content = body(rng, path).to_string();
    let length = match rng.random_range(0..4) {
        0 => rng.random_range(0..content.len() * 2).to_string(),
        1 => one_of(rng, &["-1", "x", "", "99999999999999999999999", "1, 1"]).to_owned(),
        _ => content.len().to_string(),
    };
    let request = format!(
        "{} {} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{content}",
        one_of(rng, &METHODS),
        path,
    );
    let mut bytes = request.into_bytes();
    if rng.random_ratio(1, 10) {
        let length = rng.random_range(0..500);
        bytes = (0..length).map(|_| rng.random()).collect();
    }
    mutate(rng, &mut bytes);
    bytes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_requests_are_refused_and_the_server_goes_on() {
    let server = TestServer::start().await;
    let mut rng = StdRng::seed_from_u64(super::seed());
    let token = server.bob().token().to_owned();
    for _ in 0..super::setting("BASALT_FUZZ_REQUESTS", 6_000) / 6 {
        let bytes = bytes(&mut rng, &token);
        let mut raw = server.raw().await;
        // The server may close as soon as it has seen enough.
        let _ = raw.try_send(&bytes).await;
        let _ = raw.finish().await;
        let is_head = bytes.starts_with(b"HEAD ");
        while let Some(answer) = raw.read(is_head).await {
            let shown = String::from_utf8_lossy(&bytes);
            assert!(answer.status < 500, "{} {}\nto\n{shown}", answer.status, answer.text());
        }
    }
    server.ann().get("/api/users/me").await.is(200);
}
