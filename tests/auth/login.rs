//! `POST /api/auth/login`

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{ANN, Forge, PASSWORD, TestServer};

#[tokio::test]
async fn a_login_gives_a_token_that_holds_for_a_day() {
    let server = TestServer::start().await;
    let answer = server.anonymous().try_login(ANN, PASSWORD).await.is(200);
    assert_eq!(answer.message(), "Login successful");
    let session = answer.data();
    assert_eq!(session["tokenType"], "Bearer");
    assert_eq!(&session["user"], server.ann().user());
    let token = session["token"].as_str().unwrap();
    let claims = Forge::after(token).claims;
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 86_400);
    assert!(session["expiresAt"].as_str().unwrap().ends_with(".000000Z"));
    server.anonymous().with_token(token).get("/api/users/me").await.is(200);
}

#[tokio::test]
async fn a_token_tells_who_it_is_for_and_nothing_else_of_them() {
    let server = TestServer::start().await;
    let token = Forge::after(server.admin().token());
    assert_eq!(token.header["alg"], "HS256");
    assert!(token.header["kid"].is_string());
    assert_eq!(token.claims["sub"], server.admin().id());
    for claim in ["iss", "aud", "jti"] {
        assert!(token.claims[claim].is_string(), "{claim}");
    }
    let text = token.claims.to_string();
    for secret in ["ADMIN", "admin@", "Administrator", "email", "role"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[tokio::test]
async fn an_unknown_address_a_wrong_password_and_a_deactivated_account_get_the_same_answer() {
    let server = TestServer::start().await;
    let bob = format!("/api/users/{}", server.bob().id());
    server.admin().patch(&bob, json!({"active": false})).await.is(200);
    let mut answers = Vec::new();
    for (email, password) in [
        ("nobody@example.com", PASSWORD),
        (ANN, "wrong password"),
        ("bob@example.com", PASSWORD),
        (ANN, " correct horse"),
        (ANN, "Correct horse"),
    ] {
        let request = server.anonymous().try_login(email, password);
        let answer = request.header("x-request-id", "same").await;
        let answer = answer.is_error(401, "invalid_credentials");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        assert_eq!(answer.message(), "Invalid credentials");
        let mut headers: Vec<_> = answer.headers.iter().collect();
        headers.retain(|(name, _)| *name != "date" && !name.as_str().starts_with("ratelimit"));
        headers.sort_by_key(|(name, _)| name.as_str());
        answers.push((answer.text(), format!("{headers:?}")));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:#?}");
}

/// How long a refused login takes for each of these. Taken in turns, and the best of many: what
/// disturbs a measurement only makes it longer.
async fn times<const N: usize>(server: &TestServer, logins: [(&str, &str); N]) -> [Duration; N] {
    let mut best = [Duration::MAX; N];
    for _ in 0..12 {
        for (best, (email, password)) in best.iter_mut().zip(logins) {
            let start = Instant::now();
            let answer = server.anonymous().try_login(email, password).await;
            answer.is_error(401, "invalid_credentials");
            *best = (*best).min(start.elapsed());
        }
    }
    best
}

#[tokio::test]
async fn an_unknown_address_and_a_deactivated_account_cost_the_same_work_as_a_wrong_password() {
    let server = TestServer::start().await;
    let bob = format!("/api/users/{}", server.bob().id());
    server.admin().patch(&bob, json!({"active": false})).await.is(200);
    let emails = [ANN, "nobody@example.com", "bob@example.com"];
    let mut measured = Vec::new();
    for _ in 0..6 {
        let taken = times(&server, emails.map(|e| (e, "wrong password"))).await;
        let [known, unknown, deactivated] = taken;
        // Without the hash it would be a twentieth, each time.
        let alike = |other: Duration| other * 3 > known && other < known * 3;
        if alike(unknown) && alike(deactivated) {
            return;
        }
        measured.push(taken);
    }
    panic!("{measured:?}");
}

#[tokio::test]
async fn a_login_asks_only_for_the_form_of_an_address_and_some_password() {
    let server = TestServer::start().await;
    let anonymous = server.anonymous();
    let answer = anonymous.try_login("nobody", "").await;
    answer.is_invalid(&[("email", "invalid_email"), ("password", "too_short")]);
    let answer = anonymous.post("/api/auth/login", json!({"username": "ann"})).await;
    answer.is_invalid(&[("email", "required"), ("password", "required"), ("username", "unknown")]);
    let body = json!({"email": {"$gt": ""}, "password": {"$gt": ""}});
    let answer = anonymous.post("/api/auth/login", body).await;
    answer.is_invalid(&[("email", "invalid_type"), ("password", "invalid_type")]);
    for odd in ["x", "\0", "  ", &"x".repeat(129), &"x".repeat(1_024)] {
        let answer = anonymous.try_login(ANN, odd).await;
        answer.is_error(401, "invalid_credentials");
    }
}

#[tokio::test]
async fn a_password_of_more_than_1024_characters_is_refused_without_hashing() {
    let server = TestServer::start().await;
    let long = "x".repeat(1_025);
    let [hashed, refused] = times(&server, [(ANN, "wrong password"), (ANN, &long)]).await;
    assert!(refused * 2 < hashed, "{refused:?} against {hashed:?}");
}

#[tokio::test]
async fn a_login_does_not_look_at_authorization() {
    let server = TestServer::start().await;
    let nonsense = server.anonymous().with_token("nonsense");
    nonsense.try_login(ANN, PASSWORD).await.is(200);
}

#[tokio::test]
async fn two_logins_give_two_tokens_and_no_new_version_of_the_user() {
    let server = TestServer::start().await;
    let before = server.ann().get("/api/users/me").await.etag();
    let one = server.anonymous().login(ANN, PASSWORD).await;
    let other = server.anonymous().login(ANN, PASSWORD).await;
    assert_ne!(one.token(), other.token());
    assert_eq!(other.get("/api/users/me").await.etag(), before);
}

#[tokio::test]
async fn an_overflow_of_the_queue_for_hashing_is_503_and_other_routes_do_not_notice() {
    let server = TestServer::with(&[("HASH_QUEUE_MS", "100")]).await;
    let logins = (0..40).map(|_| {
        let request = server.anonymous().try_login(ANN, "wrong password");
        tokio::spawn(async move { request.await })
    });
    let logins: Vec<_> = logins.collect();
    server.anonymous().get("/api/posts").await.is(200);
    let mut statuses = Vec::new();
    for login in logins {
        let answer = login.await.unwrap();
        if answer.status == 503 {
            let answer = answer.clone().is_error(503, "unavailable");
            assert_eq!(answer.message(), "Service temporarily unavailable");
            assert!(answer.has("retry-after"));
        }
        statuses.push(answer.status);
    }
    assert!(statuses.contains(&401) && statuses.contains(&503), "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 401 | 503)), "{statuses:?}");
}
