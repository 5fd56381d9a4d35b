//! `POST /api/users`

use serde_json::{Value, json};

use crate::support::{Answer, Client, PASSWORD, TestServer, all};

fn body(name: &str, email: &str) -> Value {
    json!({"name": name, "email": email, "password": PASSWORD})
}

#[tokio::test]
async fn the_blueprints_first_test_a_user_is_created() {
    let server = TestServer::empty(&[]).await;
    let john = json!({"name": "John Doe", "email": "john@example.com", "password": "password123"});
    let answer = server.anonymous().post("/api/users", john).await.is(201);
    let body = answer.json();
    assert_eq!(body["success"], true);
    assert_eq!(body["message"], "User created successfully");
    assert_eq!(body["data"]["name"], "John Doe");
    assert_eq!(body["data"]["email"], "john@example.com");
}

#[tokio::test]
async fn the_blueprints_second_test_invalid_data_has_exactly_three_errors() {
    let server = TestServer::empty(&[]).await;
    let invalid = json!({"name": "", "email": "invalid-email", "password": "123"});
    let answer = server.anonymous().post("/api/users", invalid).await;
    let answer = answer.is_invalid(&[
        ("name", "required"),
        ("email", "invalid_email"),
        ("password", "too_short"),
    ]);
    let body = answer.json();
    assert_eq!(body["status"], "fail");
    assert_eq!(body["message"], "Some fields are not valid");
    let message = |index: usize| body["errors"][index]["message"].clone();
    assert_eq!(message(0), "Name is required");
    assert_eq!(message(1), "Valid email is required");
    assert_eq!(message(2), "Password must be at least 8 characters");
}

#[tokio::test]
async fn a_new_user_is_an_active_user_at_the_place_that_location_names() {
    let server = TestServer::start().await;
    let new = body("Carl", "carl@example.com");
    let created = server.anonymous().post("/api/users", new).await.is(201);
    let user = created.data();
    assert_eq!((&user["role"], &user["active"]), (&json!("USER"), &json!(true)));
    assert_eq!(user["createdAt"], user["updatedAt"]);
    let location = format!("/api/users/{}", created.id());
    assert_eq!(created.header("location"), location);
    let read = server.admin().get(&location).await.is(200);
    assert_eq!(read.data(), user);
    assert_eq!(read.etag(), created.etag());
    assert!(!created.etag().starts_with("W/"));
}

#[tokio::test]
async fn an_answer_holds_nothing_of_the_password() {
    let server = TestServer::start().await;
    let new = body("Carl", "carl@example.com");
    let created = server.anonymous().post("/api/users", new).await.is(201);
    let text = created.text().to_lowercase();
    assert!(!text.contains(PASSWORD) && !text.contains("password") && !text.contains("argon2"));
}

#[tokio::test]
async fn nobody_makes_themselves_an_administrator_or_chooses_an_id() {
    let server = TestServer::start().await;
    let mut new = body("Eve", "eve@example.com");
    new["role"] = json!("ADMIN");
    let answer = server.anonymous().post("/api/users", new).await;
    answer.is_invalid(&[("role", "unknown")]);
    let text = format!(
        r#"{{"id":"1","createdAt":"2020-01-01T00:00:00Z","name":"","active":true,
            "email":"eve@example.com","password":"{PASSWORD}"}}"#
    );
    let request = server.anonymous().post("/api/users", Value::Null);
    let answer = request.body(text).await;
    // Fields in the schema's order, then unknown ones as sent.
    answer.is_invalid(&[
        ("name", "required"),
        ("id", "unknown"),
        ("createdAt", "unknown"),
        ("active", "unknown"),
    ]);
    let refused = server.anonymous().try_login("eve@example.com", PASSWORD).await;
    refused.is_error(401, "invalid_credentials");
}

#[tokio::test]
async fn an_address_is_stored_in_one_form_and_a_name_trimmed() {
    let server = TestServer::start().await;
    let new = body(" \u{3000}Carl  Cäsar\t", "  CARL@Example.COM\n");
    let user = server.anonymous().post("/api/users", new).await.is(201).data();
    assert_eq!(user["email"], "carl@example.com");
    assert_eq!(user["name"], "Carl  Cäsar");
    server.anonymous().login("Carl@EXAMPLE.com", PASSWORD).await;
}

#[tokio::test]
async fn a_second_account_with_the_same_email_is_refused_whatever_its_case() {
    let server = TestServer::start().await;
    for spelling in ["ann@example.com", "ANN@Example.com", " Ann@example.com\u{3000}"] {
        let again = server.anonymous().post("/api/users", body("Ann", spelling)).await;
        let again = again.is_error(409, "email_taken");
        assert_eq!(again.message(), "User already exists");
    }
}

#[tokio::test]
async fn of_six_registrations_at_once_with_one_address_one_succeeds() {
    let server = TestServer::start().await;
    let answers = all((0..6).map(|_| served(server.anonymous(), "carl@example.com"))).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409]);
}

/// Registers, and comes again while the queue for hashing is full, as `Retry-After` says.
async fn served(client: Client, email: &str) -> Answer {
    loop {
        let answer = client.post("/api/users", body("Carl", email)).await;
        if answer.status != 503 {
            return answer;
        }
        assert!(answer.has("retry-after"));
    }
}

#[tokio::test]
async fn sixteen_registrations_at_once_are_all_served() {
    // However slow this machine is.
    let server = TestServer::with(&[("HASH_QUEUE_MS", "10000")]).await;
    let registrations = (0..16).map(|number| {
        let new = body("Somebody", &format!("somebody-{number}@example.com"));
        let (client, new) = (server.anonymous(), new);
        async move { client.post("/api/users", new).await.status }
    });
    assert_eq!(all(registrations).await, [201; 16]);
}

#[tokio::test]
async fn what_follows_the_72nd_byte_of_a_password_counts() {
    let server = TestServer::start().await;
    let beginning = "x".repeat(72);
    let (password, other) = (format!("{beginning}right"), format!("{beginning}wrong"));
    let new = json!({"name": "Carl", "email": "carl@example.com", "password": password});
    server.anonymous().post("/api/users", new).await.is(201);
    let refused = server.anonymous().try_login("carl@example.com", &other).await;
    refused.is_error(401, "invalid_credentials");
    server.anonymous().login("carl@example.com", &password).await;
}

#[tokio::test]
async fn a_password_is_taken_as_sent_with_its_blanks_and_case() {
    let server = TestServer::start().await;
    let new = json!({"name": "Carl", "email": "carl@example.com", "password": "  Pässwörd  "});
    server.anonymous().post("/api/users", new).await.is(201);
    server.anonymous().login("carl@example.com", "  Pässwörd  ").await;
    for other in ["Pässwörd", "  pässwörd  ", "  Pa\u{308}sswo\u{308}rd  "] {
        let refused = server.anonymous().try_login("carl@example.com", other).await;
        refused.is_error(401, "invalid_credentials");
    }
}

#[tokio::test]
async fn registration_does_not_look_at_authorization() {
    let server = TestServer::start().await;
    let nonsense = server.anonymous().with_token("nonsense");
    let new = body("Carl", "carl@example.com");
    nonsense.post("/api/users", new).await.is(201);
}

#[tokio::test]
async fn the_first_administrator_comes_from_the_configuration_and_is_made_once() {
    let admin = [("ADMIN_EMAIL", "Root@example.com"), ("ADMIN_PASSWORD", PASSWORD)];
    let server = TestServer::empty(&admin).await;
    let root = server.anonymous().login("root@example.com", PASSWORD).await;
    assert_eq!(root.user()["role"], "ADMIN");
    let server = server.restart(&[admin[0], ("ADMIN_PASSWORD", "another password")]).await;
    let refused = server.anonymous().try_login("root@example.com", "another password");
    refused.await.is_error(401, "invalid_credentials");
    let root = server.anonymous().login("root@example.com", PASSWORD).await;
    let users = root.get("/api/users").await.is(200);
    assert_eq!(users.json()["pagination"]["total"], 1);
}

#[tokio::test]
async fn a_new_user_is_seen_at_once() {
    let server = TestServer::start().await;
    let carl = server.register_user("Carl").await;
    let found = server.admin().get("/api/users?search=carl").await.is(200);
    assert_eq!(found.column("id"), [carl.id()]);
}
