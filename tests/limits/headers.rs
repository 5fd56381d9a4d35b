//! What answers tell of limits.

use serde_json::json;

use super::remaining;
use crate::support::{ANN, PASSWORD, TestServer};

#[tokio::test]
async fn the_headers_tell_of_one_policy_in_five_ways() {
    let server = TestServer::with(&[("RATE_LIMIT_DEFAULT", "100/900")]).await;
    let first = server.anonymous().get("/api/posts").await.is(200);
    for (name, value) in [
        ("ratelimit-limit", "100"),
        ("ratelimit-remaining", "99"),
        ("ratelimit-reset", "9"),
        ("ratelimit-policy", "\"default\";q=100;w=900"),
        ("ratelimit", "\"default\";r=99;t=9"),
    ] {
        assert_eq!(first.header(name), value);
    }
    let second = server.anonymous().get("/api/posts").await.is(200);
    assert_eq!(second.header("ratelimit"), "\"default\";r=98;t=18");
}

#[tokio::test]
async fn of_several_policies_the_one_with_the_fewest_units_comes_first() {
    let limits = [
        ("RATE_LIMIT_DEFAULT", "10/86400"),
        ("RATE_LIMIT_AUTH", "5/86400"),
        ("RATE_LIMIT_ACCOUNT", "7/86400"),
    ];
    let server = TestServer::with(&limits).await;
    let answer = server.anonymous().try_login(ANN, "wrong").await.is(401);
    let expected = [("auth", 4), ("account", 6), ("default", 9)];
    let names = |pairs: &[(&str, u64)]| -> Vec<(String, u64)> {
        pairs.iter().map(|(name, left)| ((*name).to_owned(), *left)).collect()
    };
    assert_eq!(remaining(&answer), names(&expected));
    let policies = "\"auth\";q=5;w=86400, \"account\";q=7;w=86400, \"default\";q=10;w=86400";
    assert_eq!(answer.header("ratelimit-policy"), policies);
    assert_eq!(answer.header("ratelimit-limit"), "5");
    assert_eq!(answer.header("ratelimit-remaining"), "4");
    assert_eq!(answer.header("ratelimit-reset"), "17280");
    // Use up all but two of the default ones: then these are the fewest.
    for _ in 0..6 {
        server.anonymous().get("/api/posts").await.is(200);
    }
    let good = server.anonymous().try_login(ANN, PASSWORD).await.is(200);
    let expected = [("default", 2), ("auth", 4), ("account", 6)];
    assert_eq!(remaining(&good), names(&expected), "given back before it is told");
    assert_eq!(good.header("ratelimit-limit"), "10");
}

#[tokio::test]
async fn every_answer_that_came_as_far_as_the_limits_has_the_headers() {
    let server = TestServer::with(&[("RATE_LIMIT_DEFAULT", "50/900")]).await;
    let anonymous = server.anonymous();
    for (request, status) in [
        (anonymous.get("/api/openapi.json"), 200),
        (anonymous.get("/api/users/me"), 401),
        (server.ann().get("/api/users"), 403),
        (anonymous.get("/api/posts/x"), 404),
        (anonymous.get("/api/posts").header("accept", "text/html"), 406),
        (anonymous.post("/api/users", json!({})).header("content-encoding", "gzip"), 415),
        (anonymous.post("/api/users", json!({"name": "x".repeat(300_000)})), 413),
        (anonymous.post("/api/users", json!([])), 400),
        (anonymous.get("/api/posts").header("accept", "application/problem+json"), 200),
    ] {
        let answer = request.await.is(status);
        assert_eq!(remaining(&answer)[0].0, "default", "{status}");
        assert!(!answer.has("retry-after"), "{status}");
    }
}
