//! Two servers on the same PostgreSQL and Redis are one to their clients.

mod lists;

use std::time::Duration;

use serde_json::json;

use crate::support::{ANN, Client, PASSWORD, TestServer, all, only_where_replicas_are};

/// Why the other combinations have no such tests.
const WHY: &str = "several servers need PostgreSQL and Redis to be one";

/// What one server learns from another, it knows after this time.
const KNOWN: Duration = Duration::from_secs(1);

/// Two of them, unless this combination has none.
async fn two(variables: &[(&str, &str)]) -> Option<(TestServer, TestServer)> {
    if !only_where_replicas_are(WHY) {
        return None;
    }
    let one = TestServer::with(variables).await;
    let other = one.beside(variables).await;
    Some((one, other))
}

/// The same person, at the other server.
fn at(server: &TestServer, somebody: &Client) -> Client {
    server.anonymous().signed_in(somebody.token(), somebody.user())
}

async fn titles(server: &TestServer) -> Vec<String> {
    let list = server.anonymous().get("/api/posts").await.is(200);
    list.column("title")
}

#[tokio::test]
async fn a_write_through_one_is_seen_through_the_other_within_a_second() {
    let Some((one, other)) = two(&[]).await else {
        return;
    };
    for round in 0..5 {
        // Both have kept the list of before.
        assert_eq!(titles(&one).await.len(), round);
        assert_eq!(titles(&other).await.len(), round);
        let (writer, reader) = if round % 2 == 0 { (&one, &other) } else { (&other, &one) };
        let title = format!("round {round}");
        writer.ann().write(&title, true).await;
        assert!(titles(writer).await.contains(&title), "who wrote sees it at once");
        tokio::time::sleep(KNOWN).await;
        assert!(titles(reader).await.contains(&title));
    }
}

#[tokio::test]
async fn a_change_and_a_deletion_through_one_are_seen_through_the_other_within_a_second() {
    let Some((one, other)) = two(&[]).await else {
        return;
    };
    let post = one.ann().write("First", true).await;
    let path = format!("/api/posts/{}", post.id());
    other.anonymous().get(&path).await.is(200);
    assert_eq!(titles(&other).await, ["First"]);
    let change = json!({"title": "Second"});
    one.ann().patch(&path, change).await.is(200);
    tokio::time::sleep(KNOWN).await;
    let seen = other.anonymous().get(&path).await.is(200);
    assert_eq!(seen.data()["title"], "Second");
    assert_eq!(titles(&other).await, ["Second"]);
    one.ann().delete(&path).await.is(204);
    tokio::time::sleep(KNOWN).await;
    other.anonymous().get(&path).await.is(404);
    assert!(titles(&other).await.is_empty());
}

#[tokio::test]
async fn a_logout_through_one_holds_at_the_other_within_a_second() {
    let Some((one, other)) = two(&[]).await else {
        return;
    };
    for everywhere in [false, true] {
        let carl = one.anonymous().login(ANN, PASSWORD).await;
        at(&other, &carl).get("/api/users/me").await.is(200);
        let body = json!({"everywhere": everywhere});
        carl.post("/api/auth/logout", body).await.is(204);
        tokio::time::sleep(KNOWN).await;
        let refused = at(&other, &carl).get("/api/users/me").await;
        refused.is_error(401, "token_revoked");
    }
}

#[tokio::test]
async fn a_demotion_and_a_deactivation_through_one_hold_at_the_other_within_a_second() {
    let Some((one, other)) = two(&[]).await else {
        return;
    };
    let path = format!("/api/users/{}", one.ann().id());
    for (before, after) in [
        (json!({"role": "ADMIN"}), json!({"role": "USER"})),
        (json!({"active": true}), json!({"active": false})),
    ] {
        one.admin().patch(&path, before).await.is(200);
        let ann = one.anonymous().login(ANN, PASSWORD).await;
        at(&other, &ann).get("/api/users/me").await.is(200);
        one.admin().patch(&path, after).await.is(200);
        tokio::time::sleep(KNOWN).await;
        let refused = at(&other, &ann).get("/api/users/me").await;
        assert_eq!(refused.status, 401);
    }
}

#[tokio::test]
async fn the_sum_of_a_limit_is_exact_over_both() {
    let Some((one, other)) = two(&[("RATE_LIMIT_DEFAULT", "10/86400")]).await else {
        return;
    };
    let requests = (0..100).map(|index| {
        let server = if index % 2 == 0 { &one } else { &other };
        let request = server.anonymous().get("/api/posts");
        async move { request.await.status }
    });
    let statuses = all(requests).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 10);
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 90);
}

#[tokio::test]
async fn guesses_at_a_password_are_counted_over_both() {
    let variables = [("RATE_LIMIT_AUTH", "5/86400")];
    let Some((one, other)) = two(&variables).await else {
        return;
    };
    for index in 0..5 {
        let server = if index % 2 == 0 { &one } else { &other };
        server.anonymous().try_login(ANN, "wrong").await.is(401);
    }
    for server in [&one, &other] {
        let refused = server.anonymous().try_login(ANN, PASSWORD).await;
        refused.is_error(429, "rate_limited");
    }
}

#[tokio::test]
async fn a_key_that_is_raced_through_both_makes_one_post() {
    let Some((one, other)) = two(&[]).await else {
        return;
    };
    for round in 0..5 {
        let requests = (0..20).map(|index| {
            let server = if index % 2 == 0 { &one } else { &other };
            let body = json!({"title": "Title", "content": "Text", "published": true});
            let key = format!("key-{round}");
            let request = server.ann().post("/api/posts", body);
            let request = request.header("idempotency-key", &key);
            async move { request.await.is(201) }
        });
        let answers = all(requests).await;
        let mut ids: Vec<_> = answers.iter().map(crate::support::Answer::id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 1);
        let replayed = answers.iter().filter(|a| a.has("idempotency-replayed"));
        assert_eq!(replayed.count(), 19);
    }
}

#[tokio::test]
async fn of_registrations_with_one_address_through_both_one_succeeds() {
    let Some((one, other)) = two(&[]).await else {
        return;
    };
    let requests = (0..8).map(|index| {
        let server = if index % 2 == 0 { &one } else { &other };
        let body = json!({"name": "Carl", "email": "carl@example.com", "password": PASSWORD});
        let request = server.anonymous().post("/api/users", body);
        async move { request.await.status }
    });
    let mut statuses = all(requests).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
}

#[tokio::test]
async fn a_walk_that_began_at_one_goes_on_at_the_other() {
    let Some((one, other)) = two(&[]).await else {
        return;
    };
    for index in 0..7 {
        one.ann().write(&format!("post {index}"), true).await;
    }
    let mut seen = Vec::new();
    let mut next = Some("/api/posts?cursor=&limit=2".to_owned());
    let mut turns = [&one, &other].into_iter().cycle();
    while let (Some(path), Some(server)) = (next, turns.next()) {
        let step = server.anonymous().get(&path).await.is(200);
        seen.extend(step.column("title"));
        next = step.link("next", &path);
    }
    let expected: Vec<_> = (0..7).rev().map(|index| format!("post {index}")).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn the_last_administrator_stays_one_whoever_is_asked() {
    let Some((one, other)) = two(&[]).await else {
        return;
    };
    let path = format!("/api/users/{}", one.ann().id());
    one.admin().patch(&path, json!({"role": "ADMIN"})).await.is(200);
    let ann = one.anonymous().login(ANN, PASSWORD).await;
    // Each deletes themselves at the same time, through another server.
    let requests = [one.admin().delete("/api/users/me"), at(&other, &ann).delete("/api/users/me")];
    let statuses = all(requests.map(|request| async move { request.await.status })).await;
    let deleted = statuses.iter().filter(|status| **status == 204).count();
    assert_eq!(deleted, 1, "{statuses:?}");
}
