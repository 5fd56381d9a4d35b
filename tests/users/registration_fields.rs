//! What each field of a registration may be.

use serde_json::{Value, json};

use crate::support::{PASSWORD, TestServer};

/// A good registration, but for one field.
fn with(field: &str, value: Value) -> Value {
    let mut body = json!({"name": "Carl", "email": "carl@example.com", "password": PASSWORD});
    body[field] = value;
    body
}

async fn refuses(server: &TestServer, field: &str, value: Value, code: &str) {
    let body = with(field, value.clone());
    let answer = server.anonymous().post("/api/users", body).await;
    assert_eq!(answer.status, 400, "{field} {value}: {}", answer.text());
    assert_eq!(answer.fields(), [(field.to_owned(), code.to_owned())], "{value}");
}

#[tokio::test]
async fn another_json_type_is_no_text() {
    let server = TestServer::start().await;
    for field in ["name", "email", "password"] {
        for value in
            [json!(null), json!(1), json!(1.5), json!(true), json!([]), json!({}), json!(["a"])]
        {
            refuses(&server, field, value, "invalid_type").await;
        }
    }
}

#[tokio::test]
async fn a_missing_field_is_required() {
    let server = TestServer::start().await;
    let answer = server.anonymous().post("/api/users", json!({})).await;
    let answer =
        answer.is_invalid(&[("name", "required"), ("email", "required"), ("password", "required")]);
    let errors = &answer.json()["errors"];
    assert_eq!(errors[0]["message"], "Name is required");
    assert_eq!(errors[1]["message"], "Valid email is required");
    assert_eq!(errors[2]["message"], "Password must be at least 8 characters");
}

#[tokio::test]
async fn a_name_has_1_to_100_characters_that_are_not_all_blank() {
    let server = TestServer::start().await;
    for blank in ["", " ", "\t\n", "\u{a0}\u{2003}\u{3000}"] {
        refuses(&server, "name", json!(blank), "required").await;
    }
    refuses(&server, "name", json!("😀".repeat(101)), "too_long").await;
    for controlled in ["a\0b", "a\u{7}b", "a\nb", "a\tb", "a\u{85}b", "a\u{7f}b"] {
        refuses(&server, "name", json!(controlled), "invalid_characters").await;
    }
    let longest = format!("  {}  ", "😀".repeat(100));
    let answer = server.anonymous().post("/api/users", with("name", json!(longest)));
    assert_eq!(answer.await.is(201).data()["name"], "😀".repeat(100));
}

#[tokio::test]
async fn the_first_of_characters_then_length_is_told() {
    let server = TestServer::start().await;
    let both = format!("{}\0", "x".repeat(200));
    refuses(&server, "name", json!(both), "invalid_characters").await;
    refuses(&server, "password", json!(both), "invalid_characters").await;
    refuses(&server, "password", json!("a\0"), "invalid_characters").await;
    refuses(&server, "email", json!(format!("{both}@@")), "invalid_characters").await;
    refuses(&server, "email", json!("@".repeat(255)), "too_long").await;
}

#[tokio::test]
async fn a_password_has_8_to_128_characters() {
    let server = TestServer::start().await;
    for short in ["", "1234567", "äöüäöüä"] {
        refuses(&server, "password", json!(short), "too_short").await;
    }
    refuses(&server, "password", json!("😀".repeat(129)), "too_long").await;
    let longest = with("password", json!("😀".repeat(128)));
    server.anonymous().post("/api/users", longest).await.is(201);
    let mut shortest = with("password", json!("😀😀😀😀😀😀😀😀"));
    shortest["email"] = json!("other@example.com");
    server.anonymous().post("/api/users", shortest).await.is(201);
}

#[tokio::test]
async fn the_fewest_characters_of_a_password_can_be_configured() {
    let server = TestServer::empty(&[("PASSWORD_MIN_LENGTH", "12")]).await;
    let short = with("password", json!("elevenchars"));
    let answer = server.anonymous().post("/api/users", short).await;
    let answer = answer.is_invalid(&[("password", "too_short")]);
    let message = &answer.json()["errors"][0]["message"];
    assert_eq!(message, "Password must be at least 12 characters");
    let document = server.anonymous().get("/api/openapi.json").await.json();
    let schema = &document["components"]["schemas"]["NewPassword"];
    assert_eq!(schema["minLength"], 12);
}

#[tokio::test]
async fn the_blueprints_six_characters_can_be_configured() {
    let server = TestServer::empty(&[("PASSWORD_MIN_LENGTH", "6")]).await;
    let short = with("password", json!("123456"));
    server.anonymous().post("/api/users", short).await.is(201);
}

#[tokio::test]
async fn the_most_common_passwords_are_refused_when_that_is_configured() {
    let server = TestServer::empty(&[("PASSWORD_REJECT_COMMON", "true")]).await;
    for common in ["password123", "PassWord123", "iloveyou1", "12345678"] {
        refuses(&server, "password", json!(common), "too_common").await;
    }
    let answer = server.anonymous().post("/api/users", with("name", json!("Carl")));
    answer.await.is(201);
}

#[tokio::test]
async fn what_is_no_address_is_refused() {
    let server = TestServer::start().await;
    let (long_local, long_label) = ("a".repeat(65), "b".repeat(64));
    for bad in [
        "",
        "   ",
        "invalid-email",
        "a@b",
        "@example.com",
        "a@",
        "a@@example.com",
        "a@b@example.com",
        ".a@example.com",
        "a.@example.com",
        "a..b@example.com",
        "\"a b\"@example.com",
        "a@[127.0.0.1]",
        "a@-b.com",
        "a@b-.com",
        "a@b..com",
        "a@b.com.",
        "a b@example.com",
        "ä@example.com",
        "a@exämple.com",
        "ｊane@example.com",
        "jane＠example.com",
        "\u{212a}ate@example.com",
        "a(c)@example.com",
        &format!("{long_local}@example.com"),
        &format!("a@{long_label}.com"),
    ] {
        refuses(&server, "email", json!(bad), "invalid_email").await;
    }
}

#[tokio::test]
async fn unusual_and_the_longest_addresses_are_good() {
    let server = TestServer::start().await;
    let longest = {
        let label = "b".repeat(63);
        let domain = format!("{label}.{label}.{}", "c".repeat(61));
        format!("{}@{domain}", "a".repeat(64))
    };
    assert_eq!(longest.len(), 254);
    for good in
        ["a@b.c", "first.last+tag@sub.example.com", "o'b!#$%&*/=?^_`{|}~-@x-y.org", &longest]
    {
        let answer = server.anonymous().post("/api/users", with("email", json!(good))).await;
        assert_eq!(answer.is(201).data()["email"], good);
    }
    let too_long = json!(format!("{longest}d"));
    refuses(&server, "email", too_long, "too_long").await;
}

#[tokio::test]
async fn no_submitted_value_comes_back_in_an_error() {
    let server = TestServer::start().await;
    let body = json!({
        "name": "secretname\u{0}",
        "email": "secretmail",
        "password": "secretp",
        "more": "secretmore",
    });
    for accept in ["application/json", "application/problem+json"] {
        let request = server.anonymous().post("/api/users", body.clone());
        let answer = request.header("accept", accept).await.is(400);
        assert_eq!(answer.fields().len(), 4);
        assert!(!answer.text().contains("secret"), "{}", answer.text());
    }
    let answer = server.admin().get("/api/users?page=secret&sort=secret&role=secret").await;
    assert!(!answer.is(400).text().contains("secret"));
}
