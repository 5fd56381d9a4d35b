//! Repeats, one after the other and at the same time.

use serde_json::json;

use super::{is_replay, post, registration, total};
use crate::support::{PASSWORD, TestServer, all, only_on_sqlite};

#[tokio::test]
async fn a_repeat_gets_the_first_answer_again() {
    let server = TestServer::start().await;
    let ann = server.ann();
    let first = post(&ann, "key", "Title").await.is(201);
    is_replay(&post(&ann, "key", "Title").await.is(201), &first);
    assert_eq!(total(&server).await, 1);
    // Also when the post has changed or is gone since.
    let path = first.header("location").to_owned();
    ann.patch(&path, json!({"title": "Other"})).await.is(200);
    is_replay(&post(&ann, "key", "Title").await.is(201), &first);
    ann.delete(&path).await.is(204);
    is_replay(&post(&ann, "key", "Title").await.is(201), &first);
    assert_eq!(total(&server).await, 0);
}

#[tokio::test]
async fn a_registration_is_repeated_too() {
    let server = TestServer::start().await;
    let anonymous = server.anonymous();
    let first = registration(&anonymous, "key", "carl@example.com").await.is(201);
    let again = registration(&anonymous, "key", "carl@example.com").await.is(201);
    is_replay(&again, &first);
    let other = registration(&anonymous, "another", "carl@example.com").await;
    other.is_error(409, "email_taken");
}

#[tokio::test]
async fn a_repeat_is_known_after_a_restart() {
    let server = TestServer::start().await;
    let first = post(&server.ann(), "key", "Title").await.is(201);
    let server = server.restart(&[]).await;
    is_replay(&post(&server.ann(), "key", "Title").await.is(201), &first);
}

#[tokio::test]
async fn of_twenty_at_the_same_time_with_one_key_one_makes_a_post() {
    let server = TestServer::start().await;
    let requests = (0..20).map(|_| {
        let request = post(&server.ann(), "key", "Title");
        async move { request.await }
    });
    let answers = all(requests).await;
    let replayed = answers.iter().filter(|a| a.has("idempotency-replayed")).count();
    assert_eq!(replayed, 19);
    for answer in &answers {
        assert_eq!((answer.status, &answer.body), (201, &answers[0].body));
    }
    assert_eq!(total(&server).await, 1);
}

#[tokio::test]
async fn of_ten_registrations_at_the_same_time_with_one_key_one_makes_a_user() {
    let server = TestServer::start().await;
    let requests = (0..10).map(|_| {
        let request = registration(&server.anonymous(), "key", "carl@example.com");
        async move { request.await }
    });
    let answers = all(requests).await;
    for answer in &answers {
        assert_eq!((answer.status, &answer.body), (201, &answers[0].body));
    }
}

#[tokio::test]
async fn errors_are_not_recorded() {
    let server = TestServer::start().await;
    post(&server.ann(), "key", "").await.is_error(400, "validation_failed");
    post(&server.ann(), "key", "Title").await.is(201);
    let anonymous = server.anonymous();
    registration(&anonymous, "key", "ann@example.com").await.is_error(409, "email_taken");
    registration(&anonymous, "key", "carl@example.com").await.is(201);
    let nobody = post(&anonymous, "other", "Title").await;
    nobody.is_error(401, "unauthenticated");
    post(&server.ann(), "other", "Title").await.is(201);
}

#[tokio::test]
async fn after_a_day_a_key_is_free_again() {
    let server = TestServer::start().await;
    let first = post(&server.ann(), "key", "Title").await.is(201);
    // A day in the past, as far as the record knows.
    let age = "UPDATE idempotency_records SET expires_at = expires_at - 86400000000";
    assert_eq!(server.sql().await.run(age).await, 1);
    let again = post(&server.ann(), "key", "Other").await.is(201);
    assert_ne!(again.id(), first.id());
}

#[tokio::test]
async fn a_record_dies_with_its_user() {
    let server = TestServer::start().await;
    let anonymous = server.anonymous();
    let first = registration(&anonymous, "key", "carl@example.com").await.is(201);
    let carl = anonymous.login("carl@example.com", PASSWORD).await;
    carl.delete("/api/users/me").await.is(204);
    let again = registration(&anonymous, "key", "carl@example.com").await.is(201);
    assert!(!again.has("idempotency-replayed"));
    assert_ne!(again.id(), first.id());
}

#[tokio::test]
async fn the_database_holds_neither_the_password_nor_a_bare_hash_of_the_body() {
    if !only_on_sqlite("rows hold the same everywhere; a file can be read whole") {
        return;
    }
    let server = TestServer::start().await;
    registration(&server.anonymous(), "key", "carl@example.com").await.is(201);
    let stores = server.stopped();
    for file in std::fs::read_dir(stores.folder()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let holds = bytes.windows(PASSWORD.len()).any(|w| w == PASSWORD.as_bytes());
        assert!(!holds, "the password is stored");
    }
}

#[tokio::test]
async fn while_the_first_still_runs_a_repeat_waits_half_of_the_requests_time_then_gets_409() {
    let server = TestServer::with(&[("REQUEST_TIMEOUT_MS", "3000")]).await;
    let sql = server.sql().await;
    sql.hold().await;
    let first = post(&server.ann(), "key", "Title");
    let first = tokio::spawn(async move { first.await });
    // The first one may or may not have begun; of the two, one waits for the other.
    let second = post(&server.ann(), "key", "Title");
    let second = tokio::spawn(async move { second.await });
    let (mut first, mut second) = (first, second);
    let start = std::time::Instant::now();
    let (refused, other) = tokio::select! {
        answer = &mut first => (answer.unwrap(), second),
        answer = &mut second => (answer.unwrap(), first),
    };
    let waited = start.elapsed();
    let refused = refused.is_error(409, "idempotency_in_progress");
    assert!(refused.has("retry-after"));
    assert!(waited.as_millis() >= 1_400 && waited.as_millis() < 3_000, "{waited:?}");
    sql.release().await;
    let made = other.await.unwrap().is(201);
    is_replay(&post(&server.ann(), "key", "Title").await.is(201), &made);
}
