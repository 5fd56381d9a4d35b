//! The limit on all of `/api`.

use std::time::Instant;

use reqwest::Method;
use serde_json::json;

use super::remaining_of;
use crate::support::{PASSWORD, TestServer};

/// The defaults of the contract.
const DEFAULTS: [(&str, &str); 3] =
    [("RATE_LIMIT_DEFAULT", ""), ("RATE_LIMIT_AUTH", ""), ("RATE_LIMIT_ACCOUNT", "")];

#[tokio::test]
async fn a_hundred_requests_pass_and_the_next_is_429() {
    let server = TestServer::with(&DEFAULTS).await;
    let start = Instant::now();
    let mut passed = 0_u64;
    let refused = loop {
        let answer = server.anonymous().get("/api/posts").await;
        assert_eq!(answer.header("ratelimit-limit"), "100");
        assert_eq!(answer.header("ratelimit-policy"), "\"default\";q=100;w=900");
        if answer.status == 429 {
            break answer.is_error(429, "rate_limited");
        }
        passed += 1;
        // On a slow machine some have come back by now, but never more than all.
        let left = remaining_of(&answer.is(200), "default");
        assert!(left + passed >= 100 && left < 100, "{left} after {passed}");
    };
    let came_back = start.elapsed().as_secs() / 9 + 1;
    assert!((100..=100 + came_back).contains(&passed), "{passed}");
    let message = "Too many requests from this IP, please try again later";
    assert_eq!(refused.message(), message);
    assert_eq!(refused.header("ratelimit-remaining"), "0");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=9).contains(&wait), "one unit every nine seconds: {wait}");
    let reset: u64 = refused.header("ratelimit-reset").parse().unwrap();
    assert!((880..=900).contains(&reset), "{reset}");
    // Neither health nor docs are under a limit.
    for path in ["/health/live", "/health/ready", "/docs"] {
        let open = server.anonymous().get(path).await.is(200);
        assert!(!open.has("ratelimit"), "{path}");
    }
}

#[tokio::test]
async fn six_ordinary_requests_leave_the_login_alone() {
    let server = TestServer::with(&DEFAULTS).await;
    for _ in 0..6 {
        server.anonymous().get("/api/posts").await.is(200);
    }
    // Good logins are not counted, so there may be more than five.
    for _ in 0..6 {
        server.anonymous().login("ann@example.com", PASSWORD).await;
    }
}

const FEW: (&str, &str) = ("RATE_LIMIT_DEFAULT", "3/900");

#[tokio::test]
async fn the_key_is_the_user_when_the_token_holds_else_the_address() {
    let server = TestServer::with(&[FEW]).await;
    for _ in 0..3 {
        server.ann().get("/api/users/me").await.is(200);
    }
    server.ann().get("/api/users/me").await.is_error(429, "rate_limited");
    server.ann().get("/api/posts").await.is_error(429, "rate_limited");
    // Bob has his own units, and the address has, too.
    for _ in 0..3 {
        server.bob().get("/api/posts").await.is(200);
        server.anonymous().get("/api/posts").await.is(200);
    }
    server.bob().get("/api/posts").await.is_error(429, "rate_limited");
    server.anonymous().get("/api/posts").await.is_error(429, "rate_limited");
}

#[tokio::test]
async fn a_bad_token_counts_for_the_address_and_429_comes_before_401() {
    let server = TestServer::with(&[FEW]).await;
    let bad = server.anonymous().with_token("nonsense");
    bad.get("/api/posts").await.is_error(401, "token_invalid");
    server.anonymous().get("/api/users/me").await.is_error(401, "unauthenticated");
    bad.get("/api/users/me").await.is_error(401, "token_invalid");
    bad.get("/api/posts").await.is_error(429, "rate_limited");
    server.anonymous().get("/api/users/me").await.is_error(429, "rate_limited");
    server.ann().get("/api/users/me").await.is(200);
}

#[tokio::test]
async fn every_answer_costs_a_unit_errors_304_and_replays_too() {
    let server = TestServer::with(&[("RATE_LIMIT_DEFAULT", "100/86400")]).await;
    let ann = server.ann();
    let body = json!({"title": "a", "content": "b", "published": true});
    let create = || ann.post("/api/posts", body.clone()).header("idempotency-key", "key");
    let path = create().await.is(201).header("location").to_owned();
    let tag = ann.get(&path).await.is(200).etag();
    let mut expected = 98;
    for request in [
        ann.get(&path).header("if-none-match", &tag),
        create(),
        ann.get("/api/users"),
        ann.get("/api/posts?page=x"),
        ann.post("/api/posts", json!([])),
        ann.request(Method::HEAD, "/api/posts"),
        ann.get("/api/posts/x"),
        ann.get("/api/posts").header("accept", "text/html"),
    ] {
        let answer = request.await;
        expected -= 1;
        assert_eq!(remaining_of(&answer, "default"), expected, "{}", answer.status);
    }
}

#[tokio::test]
async fn what_is_refused_before_the_limits_costs_nothing() {
    let server = TestServer::with(&[FEW]).await;
    for _ in 0..5 {
        let options = server.anonymous().request(Method::OPTIONS, "/api/posts").await.is(204);
        assert!(!options.has("ratelimit"));
        let none = server.anonymous().get("/api/nothing").await.is(404);
        assert!(!none.has("ratelimit"));
        server.anonymous().request(Method::PUT, "/api/posts").await.is(405);
    }
    let first = server.anonymous().get("/api/posts").await.is(200);
    assert_eq!(remaining_of(&first, "default"), 2);
}

#[tokio::test]
async fn a_refused_request_costs_no_work_beyond_the_limiter() {
    let server = TestServer::with(&[("RATE_LIMIT_DEFAULT", "1/86400")]).await;
    let read = || server.anonymous().get("/api/posts?search=x");
    read().await.is(200);
    // Whoever looked into the database now would fail.
    server.sql().await.run("DROP TABLE posts").await;
    read().await.is_error(429, "rate_limited");
}

#[tokio::test]
async fn units_come_back_one_by_one() {
    let server = TestServer::with(&[("RATE_LIMIT_DEFAULT", "2/1")]).await;
    let get = || server.anonymous().get("/api/posts");
    // One more every half a second: after a refusal, one passes again before two do.
    let is_refused = || async { get().await.status == 429 };
    crate::support::eventually("the units are used up", is_refused).await;
    let passes = || async { get().await.status == 200 };
    crate::support::eventually("a unit comes back", passes).await;
    let again = get().await;
    assert!(again.status == 429 || remaining_of(&again, "default") == 0);
}

#[tokio::test]
async fn a_limit_can_be_switched_off() {
    let off =
        [("RATE_LIMIT_DEFAULT", "off"), ("RATE_LIMIT_AUTH", "off"), ("RATE_LIMIT_ACCOUNT", "off")];
    let server = TestServer::with(&off).await;
    let answer = server.anonymous().get("/api/posts").await.is(200);
    assert!(!answer.has("ratelimit") && !answer.has("ratelimit-limit"));
    let login = server.anonymous().try_login("ann@example.com", PASSWORD).await.is(200);
    assert!(!login.has("ratelimit"));
}

#[tokio::test]
async fn a_hundred_parallel_requests_share_the_units() {
    let server = TestServer::with(&[("RATE_LIMIT_DEFAULT", "10/86400")]).await;
    let requests = (0..100).map(|_| {
        let request = server.anonymous().get("/api/posts");
        async move { request.await.status }
    });
    let statuses = crate::support::all(requests).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 10);
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 90);
}
