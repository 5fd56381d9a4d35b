//! The limit on guessing the password of one account, from all addresses.

use super::{remaining, remaining_of};
use crate::support::{ANN, Answer, PASSWORD, TestServer};

const LIMITS: [(&str, &str); 3] = [
    ("RATE_LIMIT_ACCOUNT", "3/86400"),
    ("RATE_LIMIT_AUTH", "100/86400"),
    ("TRUSTED_PROXIES", "127.0.0.0/8"),
];

async fn login(server: &TestServer, from: &str, email: &str, password: &str) -> Answer {
    let request = server.anonymous().try_login(email, password);
    request.header("x-forwarded-for", from).await
}

#[tokio::test]
async fn one_account_is_guarded_against_guesses_from_everywhere() {
    let server = TestServer::with(&LIMITS).await;
    for (index, email) in [ANN, "ANN@example.com", " ann@EXAMPLE.com "].iter().enumerate() {
        let answer = login(&server, &format!("192.0.2.{index}"), email, "wrong").await;
        let answer = answer.is_error(401, "invalid_credentials");
        assert_eq!(remaining_of(&answer, "account"), 2 - index as u64, "one form of the address");
    }
    let refused = login(&server, "192.0.2.99", ANN, PASSWORD).await;
    let refused = refused.is_error(429, "rate_limited");
    assert!(refused.has("retry-after"));
    assert_eq!(remaining(&refused)[0], ("account".to_owned(), 0));
    // Others come in from the same addresses, and she keeps what she has.
    login(&server, "192.0.2.1", "bob@example.com", PASSWORD).await.is(200);
    server.ann().get("/api/users/me").await.is(200);
}

#[tokio::test]
async fn an_address_that_nobody_has_is_counted_alike() {
    let server = TestServer::with(&LIMITS).await;
    for _ in 0..3 {
        login(&server, "192.0.2.1", "nobody@example.com", "wrong").await.is(401);
    }
    let refused = login(&server, "192.0.2.2", "nobody@example.com", "wrong").await;
    refused.is_error(429, "rate_limited");
}

#[tokio::test]
async fn a_success_gives_its_own_unit_back() {
    let server = TestServer::with(&LIMITS).await;
    login(&server, "192.0.2.1", ANN, "wrong").await.is(401);
    for _ in 0..5 {
        let good = login(&server, "192.0.2.1", ANN, PASSWORD).await.is(200);
        assert_eq!(remaining_of(&good, "account"), 2);
    }
}

#[tokio::test]
async fn it_is_asked_only_once_the_body_is_known_to_be_good() {
    let server = TestServer::with(&LIMITS).await;
    for _ in 0..4 {
        let body = serde_json::json!({"email": ANN, "password": ""});
        let answer = server.anonymous().post("/api/auth/login", body).await.is(400);
        assert!(remaining(&answer).iter().all(|(name, _)| name != "account"));
    }
    login(&server, "192.0.2.1", ANN, PASSWORD).await.is(200);
}

#[tokio::test]
async fn by_default_an_account_has_fifty() {
    let variables = [("RATE_LIMIT_ACCOUNT", ""), ("RATE_LIMIT_AUTH", "")];
    let server = TestServer::with(&variables).await;
    let answer = server.anonymous().try_login(ANN, "wrong").await.is(401);
    let policies = answer.header("ratelimit-policy");
    for policy in ["\"auth\";q=5;w=900", "\"account\";q=50;w=900"] {
        assert!(policies.contains(policy), "{policies}");
    }
}
