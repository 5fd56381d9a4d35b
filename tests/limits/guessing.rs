//! The limit on guessing passwords, by address.

use serde_json::json;

use super::remaining_of;
use crate::support::{ANN, Answer, Client, PASSWORD, TestServer, all};

/// The default, but for the window: nothing comes back during a test.
const FIVE: (&str, &str) = ("RATE_LIMIT_AUTH", "5/86400");

async fn wrong(client: &Client) -> Answer {
    client.try_login(ANN, "wrong password").await
}

#[tokio::test]
async fn after_five_wrong_passwords_the_right_one_is_refused_too() {
    let server = TestServer::with(&[("RATE_LIMIT_AUTH", "")]).await;
    for left in (0..5).rev() {
        let answer = wrong(&server.anonymous()).await.is_error(401, "invalid_credentials");
        assert_eq!(remaining_of(&answer, "auth"), left);
        assert_eq!(answer.header("ratelimit-limit"), "5", "the policy with the fewest units");
    }
    let refused = server.anonymous().try_login(ANN, PASSWORD).await;
    let refused = refused.is_error(429, "rate_limited");
    let message = "Too many requests from this IP, please try again later";
    assert_eq!(refused.message(), message);
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=180).contains(&wait), "one unit every three minutes: {wait}");
    // Whatever account, and whatever else the address does is not under this limit.
    let other = server.anonymous().try_login("bob@example.com", PASSWORD).await;
    other.is_error(429, "rate_limited");
    server.anonymous().get("/api/posts").await.is(200);
}

#[tokio::test]
async fn a_hundred_parallel_guesses_get_five_answers() {
    let server = TestServer::with(&[FIVE]).await;
    let guesses = (0..100).map(|_| {
        let request = server.anonymous().try_login(ANN, "wrong password");
        async move { request.await.status }
    });
    let statuses = all(guesses).await;
    let count = |status: u16| statuses.iter().filter(|s| **s == status).count();
    // On a machine that has no time to hash, some are 503 and give their unit back.
    assert!(count(401) <= 5 && count(401) + count(503) >= 5, "{statuses:?}");
    assert_eq!(count(401) + count(429) + count(503), 100);
    if count(503) == 0 {
        assert_eq!(count(401), 5);
    }
}

#[tokio::test]
async fn a_success_gives_its_own_unit_back_and_forgives_nothing_before_it() {
    let server = TestServer::with(&[FIVE]).await;
    for _ in 0..3 {
        wrong(&server.anonymous()).await.is(401);
    }
    for _ in 0..4 {
        let good = server.anonymous().try_login(ANN, PASSWORD).await.is(200);
        assert_eq!(remaining_of(&good, "auth"), 2);
    }
    wrong(&server.anonymous()).await.is(401);
    let last = wrong(&server.anonymous()).await.is(401);
    assert_eq!(remaining_of(&last, "auth"), 0);
    wrong(&server.anonymous()).await.is_error(429, "rate_limited");
}

#[tokio::test]
async fn a_fault_of_ours_gives_its_unit_back() {
    let server = TestServer::with(&[FIVE]).await;
    server.sql().await.run("ALTER TABLE users RENAME TO gone").await;
    for _ in 0..8 {
        let answer = server.anonymous().try_login(ANN, PASSWORD).await;
        assert!(answer.status >= 500, "{}", answer.status);
    }
    server.sql().await.run("ALTER TABLE gone RENAME TO users").await;
    for _ in 0..5 {
        wrong(&server.anonymous()).await.is(401);
    }
    wrong(&server.anonymous()).await.is_error(429, "rate_limited");
}

#[tokio::test]
async fn changes_of_password_share_the_limit_by_address_and_not_by_user() {
    let server = TestServer::with(&[FIVE]).await;
    let guess = |client: Client| async move {
        let body = json!({"currentPassword": "wrong", "newPassword": "another password"});
        client.put("/api/users/me/password", body).await
    };
    for _ in 0..2 {
        guess(server.ann()).await.is_error(401, "invalid_credentials");
        guess(server.bob()).await.is_error(401, "invalid_credentials");
    }
    wrong(&server.anonymous()).await.is(401);
    let refused = guess(server.admin()).await.is_error(429, "rate_limited");
    assert_eq!(remaining_of(&refused, "auth"), 0);
    // Without a token it is 401 before this limit is asked.
    guess(server.anonymous()).await.is_error(401, "unauthenticated");
}

#[tokio::test]
async fn what_is_no_guess_costs_a_unit_too_since_it_is_no_success() {
    let server = TestServer::with(&[FIVE]).await;
    for body in [json!({}), json!([]), json!({"email": "x", "password": "y"})] {
        server.anonymous().post("/api/auth/login", body).await.is(400);
    }
    let answer = server.anonymous().try_login(ANN, PASSWORD).await.is(200);
    assert_eq!(remaining_of(&answer, "auth"), 2);
}

#[tokio::test]
async fn good_logins_cost_nothing_also_where_it_is_the_only_limit() {
    let only = [FIVE, ("RATE_LIMIT_DEFAULT", "off"), ("RATE_LIMIT_ACCOUNT", "off")];
    let server = TestServer::with(&only).await;
    for _ in 0..7 {
        server.anonymous().try_login(ANN, PASSWORD).await.is(200);
    }
}
