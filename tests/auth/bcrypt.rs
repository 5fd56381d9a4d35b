//! Users who come from a Node.js system bring bcrypt hashes.

use crate::support::{ANN, TestServer};

/// Gives Ann a stored hash, as a migration would.
async fn store(server: &TestServer, hash: &str) {
    let sql = server.sql().await;
    let statement = format!("UPDATE users SET password_hash = '{hash}' WHERE email = '{ANN}'");
    assert_eq!(sql.run(&statement).await, 1);
}

fn hash(password: &str, prefix: &str) -> String {
    let hash = bcrypt::hash(password, 4).expect("a hash");
    format!("{prefix}{}", &hash[4..])
}

#[tokio::test]
async fn each_form_of_a_bcrypt_hash_lets_its_user_in() {
    for prefix in ["$2a$", "$2b$", "$2y$"] {
        let server = TestServer::start().await;
        store(&server, &hash("moved in", prefix)).await;
        let before = server.ann().get("/api/users/me").await.etag();
        let wrong = server.anonymous().try_login(ANN, "moved out").await;
        wrong.is_error(401, "invalid_credentials");
        server.anonymous().login(ANN, "moved in").await;
        // Rehashed by then, without a new version and without an end of tokens.
        server.anonymous().login(ANN, "moved in").await;
        let after = server.ann().get("/api/users/me").await.is(200).etag();
        assert_eq!(after, before);
    }
}

#[tokio::test]
async fn a_long_password_is_compared_as_bcrypt_did_and_kept_whole_from_then_on() {
    let server = TestServer::start().await;
    let beginning = "x".repeat(72);
    store(&server, &hash(&beginning, "$2b$")).await;
    let (first, other) = (format!("{beginning}first"), format!("{beginning}other"));
    server.anonymous().login(ANN, &first).await;
    let other = server.anonymous().try_login(ANN, &other).await;
    other.is_error(401, "invalid_credentials");
    server.anonymous().login(ANN, &first).await;
}

#[tokio::test]
async fn a_stored_hash_that_is_none_or_asks_for_too_much_is_bounded() {
    for broken in [
        "",
        "plain",
        "$2b$31$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "$argon2id$v=19$m=4294967295,t=4294967295,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA",
    ] {
        let server = TestServer::start().await;
        store(&server, broken).await;
        let answer = server.anonymous().try_login(ANN, "whatever").await;
        assert!(matches!(answer.status, 401 | 500), "{broken}: {}", answer.status);
        server.bob().get("/api/users/me").await.is(200);
    }
}
