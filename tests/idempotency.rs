//! `Idempotency-Key`

use serde_json::{Value, json};

use crate::support::{Answer, Client, PASSWORD, Request, TestServer, all};

fn post(client: &Client, key: &str, title: &str) -> Request {
    let body = json!({"title": title, "content": "Text", "published": true});
    client
        .post("/api/posts", body)
        .header("idempotency-key", key)
}

fn registration(client: &Client, key: &str, email: &str) -> Request {
    let body = json!({"name": "Carl", "email": email, "password": PASSWORD});
    client
        .post("/api/users", body)
        .header("idempotency-key", key)
}

async fn total(server: &TestServer) -> Value {
    server.anonymous().get("/api/posts").await.json()["pagination"]["total"].clone()
}

fn is_replay(again: &Answer, first: &Answer) {
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert!(!first.has("idempotency-replayed"));
    let told = |a: &Answer| {
        (
            a.status,
            a.body.clone(),
            a.header("location").to_owned(),
            a.etag(),
        )
    };
    assert_eq!(told(again), told(first));
}

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
    let first = registration(&anonymous, "key", "carl@example.com")
        .await
        .is(201);
    let again = registration(&anonymous, "key", "carl@example.com")
        .await
        .is(201);
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
async fn the_same_key_with_another_body_is_422() {
    let server = TestServer::start().await;
    let ann = server.ann();
    post(&ann, "key", "Title").await.is(201);
    for other in [
        json!({"title": "Other", "content": "Text", "published": true}),
        json!({"title": "Title", "content": "Text", "published": false}),
        json!({"title": "Title", "content": "Text"}),
    ] {
        let request = ann
            .post("/api/posts", other)
            .header("idempotency-key", "key");
        request.await.is_error(422, "idempotency_key_reused");
    }
    assert_eq!(total(&server).await, 1);
    registration(&server.anonymous(), "key", "carl@example.com")
        .await
        .is(201);
    let other = registration(&server.anonymous(), "key", "carla@example.com").await;
    other.is_error(422, "idempotency_key_reused");
}

#[tokio::test]
async fn how_a_body_is_spelled_is_no_matter_since_the_parsed_one_is_compared() {
    let server = TestServer::start().await;
    let first = post(&server.ann(), "key", "Title").await.is(201);
    let spelled = r#" { "published":true, "\u0063ontent" : "T\u0065xt","title":"Title" } "#;
    let request = server.ann().post("/api/posts", Value::Null).body(spelled);
    let again = request.header("idempotency-key", "key").await;
    is_replay(&again.is(201), &first);
}

#[tokio::test]
async fn a_quoted_and_a_bare_key_are_the_same() {
    let server = TestServer::start().await;
    let first = post(&server.ann(), "\"key\"", "Title").await.is(201);
    is_replay(&post(&server.ann(), "key", "Title").await.is(201), &first);
    let odd = post(&server.ann(), "!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\"", "Title")
        .await
        .is(201);
    assert_ne!(odd.id(), first.id());
    let longest = "k".repeat(255);
    let first = post(&server.ann(), &longest, "Title").await.is(201);
    let quoted = format!("\"{longest}\"");
    is_replay(&post(&server.ann(), &quoted, "Title").await.is(201), &first);
}

#[tokio::test]
async fn a_bad_key_is_a_400_that_names_the_header_last() {
    let server = TestServer::start().await;
    let ann = server.ann();
    let long = "k".repeat(256);
    for (bad, code) in [
        (&b""[..], "required"),
        (b"\"\"", "required"),
        (b"a b", "invalid_characters"),
        (b"k\xc3\xa9y", "invalid_characters"),
        (b"a\tb", "invalid_characters"),
        (long.as_bytes(), "too_long"),
    ] {
        let body = json!({"title": "a", "content": "b"});
        let request = ann
            .post("/api/posts", body)
            .header_bytes("idempotency-key", bad);
        request.await.is_invalid(&[("Idempotency-Key", code)]);
    }
    let body = json!({"more": 1, "title": ""});
    let request = ann
        .post("/api/posts", body)
        .header("idempotency-key", "a b");
    request.await.is_invalid(&[
        ("title", "required"),
        ("content", "required"),
        ("more", "unknown"),
        ("Idempotency-Key", "invalid_characters"),
    ]);
    let request = post(&ann, "one", "Title").header("idempotency-key", "two");
    let twice = request.await.is(400);
    assert_eq!(twice.fields()[0].0, "Idempotency-Key");
}

#[tokio::test]
async fn the_header_is_ignored_elsewhere() {
    let server = TestServer::start().await;
    let path = format!(
        "/api/posts/{}",
        server.ann().write("Title", true).await.id()
    );
    let bad = |request: Request| request.header("idempotency-key", "a b");
    bad(server.ann().patch(&path, json!({"title": "x"})))
        .await
        .is(200);
    bad(server.ann().get(&path)).await.is(200);
    bad(server.anonymous().try_login("ann@example.com", PASSWORD))
        .await
        .is(200);
    let deletion = || server.ann().delete(&path).header("idempotency-key", "key");
    deletion().await.is(204);
    deletion().await.is_error(404, "not_found");
}

#[tokio::test]
async fn of_twenty_at_the_same_time_with_one_key_one_makes_a_post() {
    let server = TestServer::start().await;
    let requests = (0..20).map(|_| {
        let request = post(&server.ann(), "key", "Title");
        async move { request.await }
    });
    let answers = all(requests).await;
    let replayed = answers
        .iter()
        .filter(|a| a.has("idempotency-replayed"))
        .count();
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
async fn callers_and_routes_do_not_share_keys() {
    let server = TestServer::start().await;
    let hers = post(&server.ann(), "key", "Title").await.is(201);
    let his = post(&server.bob(), "key", "Title").await.is(201);
    assert_ne!(hers.id(), his.id());
    registration(&server.anonymous(), "key", "carl@example.com")
        .await
        .is(201);
    assert_eq!(total(&server).await, 2);
}

#[tokio::test]
async fn all_who_register_share_one_scope_with_a_token_or_without() {
    let server = TestServer::start().await;
    let first = registration(&server.anonymous(), "key", "carl@example.com")
        .await
        .is(201);
    let again = registration(&server.ann(), "key", "carl@example.com")
        .await
        .is(201);
    is_replay(&again, &first);
}

#[tokio::test]
async fn errors_are_not_recorded() {
    let server = TestServer::start().await;
    post(&server.ann(), "key", "")
        .await
        .is_error(400, "validation_failed");
    post(&server.ann(), "key", "Title").await.is(201);
    let anonymous = server.anonymous();
    registration(&anonymous, "key", "ann@example.com")
        .await
        .is_error(409, "email_taken");
    registration(&anonymous, "key", "carl@example.com")
        .await
        .is(201);
    let nobody = post(&anonymous, "other", "Title").await;
    nobody.is_error(401, "unauthenticated");
    post(&server.ann(), "other", "Title").await.is(201);
}

#[tokio::test]
async fn a_record_dies_with_its_user() {
    let server = TestServer::start().await;
    let anonymous = server.anonymous();
    let first = registration(&anonymous, "key", "carl@example.com")
        .await
        .is(201);
    let carl = anonymous.login("carl@example.com", PASSWORD).await;
    carl.delete("/api/users/me").await.is(204);
    let again = registration(&anonymous, "key", "carl@example.com")
        .await
        .is(201);
    assert!(!again.has("idempotency-replayed"));
    assert_ne!(again.id(), first.id());
}

#[tokio::test]
async fn the_database_holds_neither_the_password_nor_a_bare_hash_of_the_body() {
    let server = TestServer::start().await;
    registration(&server.anonymous(), "key", "carl@example.com")
        .await
        .is(201);
    let folder = server.stopped();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let holds = bytes
            .windows(PASSWORD.len())
            .any(|w| w == PASSWORD.as_bytes());
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
    assert!(
        waited.as_millis() >= 1_400 && waited.as_millis() < 3_000,
        "{waited:?}"
    );
    sql.release().await;
    let made = other.await.unwrap().is(201);
    is_replay(&post(&server.ann(), "key", "Title").await.is(201), &made);
}
