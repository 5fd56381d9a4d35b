//! Bodies that are no JSON object.

use reqwest::Method;

use crate::support::{Answer, TestServer};

async fn send(server: &TestServer, body: &[u8]) -> Answer {
    let request = server.ann().request(Method::POST, "/api/posts").body(body);
    request.header("content-type", "application/json").await
}

async fn is_malformed(server: &TestServer, body: &[u8]) {
    let answer = send(server, body).await;
    let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
    let told = (answer.status, answer.code());
    assert_eq!(told, (400, "malformed_json".to_owned()), "{shown}: {}", answer.text());
}

#[tokio::test]
async fn what_is_no_json_is_malformed() {
    let server = TestServer::start().await;
    for body in [
        &b""[..],
        b" ",
        b"{",
        b"}",
        b"{}{}",
        b"{} x",
        b"{\"title\":\"a\",}",
        b"{'title':'a'}",
        b"{title:\"a\"}",
        b"{\"title\":\"a\" \"content\":\"b\"}",
        b"{\"title\":undefined}",
        b"{\"title\":NaN}",
        b"{\"title\":01}",
        b"{\"title\":\"a\nb\"}",
        b"{\"title\":\"\\x41\"}",
        b"{\"title\":\"\\u12\"}",
        b"// comment\n{}",
        b"\xef\xbb\xbf{}",
        b"{\"title\":\"\xff\"}",
        b"{\"\xc3\x28\":1}",
        b"\x1f\x8b\x08",
        b"title=a&content=b",
        b"\0",
    ] {
        is_malformed(&server, body).await;
    }
}

#[tokio::test]
async fn a_malformed_body_is_told_where_and_why_in_both_forms() {
    let server = TestServer::start().await;
    for (body, told) in [
        ("", "line 1, column 1: the body is empty"),
        ("\u{feff}{}", "line 1, column 1: a byte order mark"),
        ("{\"title\" \"a\"}", "line 1, column 10: expected a colon"),
        (
            "{\n  \"title\": \"a\"\n  \"content\": \"b\"\n}",
            "line 3, column 3: expected a comma or a brace",
        ),
        ("{\"title\": hunter2}", "line 1, column 11: expected a value"),
        ("{\"title\":\"ä\",\"title\":\"b\"}", "line 1, column 14: repeated key"),
        ("[\"hunter2\"]", "line 1, column 1: expected an object"),
    ] {
        let answer = send(&server, body.as_bytes()).await;
        let message = answer.is_error(400, "malformed_json").message();
        assert!(message.contains(told), "{body}: {message}");
        assert!(!message.contains("hunter2"), "{message}");
        let request = server.ann().request(Method::POST, "/api/posts").body(body);
        let request = request.header("content-type", "application/json");
        let problem = request.header("accept", "application/problem+json").await;
        assert_eq!(problem.json()["detail"], message);
    }
}

#[tokio::test]
async fn another_json_value_than_an_object_is_malformed() {
    let server = TestServer::start().await;
    for body in [
        &b"[]"[..],
        b"[\"a\",\"b\"]",
        b"[{\"title\":\"a\",\"content\":\"b\"}]",
        b"null",
        b"true",
        b"1",
        b"\"title\"",
        b"\"{}\"",
    ] {
        is_malformed(&server, body).await;
    }
}

#[tokio::test]
async fn a_repeated_key_is_malformed_at_any_depth_and_in_any_spelling() {
    let server = TestServer::start().await;
    for body in [
        r#"{"title":"a","title":"a","content":"b"}"#,
        r#"{"title":"a","content":"b","\u0074itle":"c"}"#,
        r#"{"title":"a","content":"b","x":{"y":1,"y":2}}"#,
        r#"{"title":"a","content":"b","x":[{"y":1,"y":1}]}"#,
    ] {
        is_malformed(&server, body.as_bytes()).await;
    }
}

#[tokio::test]
async fn lone_surrogates_are_malformed_and_nul_is_an_invalid_character() {
    let server = TestServer::start().await;
    for escape in [r"\ud800", r"\udc00", r"\ud800\ud800", r"\ud83dx", r"\udc00\ud800"] {
        let body = format!(r#"{{"title":"{escape}","content":"b"}}"#);
        is_malformed(&server, body.as_bytes()).await;
    }
    let answer = send(&server, br#"{"title":"a\u0000b","content":"\u0000"}"#).await;
    answer.is_invalid(&[("title", "invalid_characters"), ("content", "invalid_characters")]);
}

#[tokio::test]
async fn deep_nesting_is_refused_and_brings_nothing_down() {
    let server = TestServer::start().await;
    for depth in [200, 10_000, 100_000] {
        let arrays = format!("{{\"title\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        is_malformed(&server, arrays.as_bytes()).await;
        is_malformed(&server, "[".repeat(depth).as_bytes()).await;
        let objects = "{\"a\":".repeat(depth / 5);
        is_malformed(&server, objects.as_bytes()).await;
    }
    server.ann().get("/api/users/me").await.is(200);
}

#[tokio::test]
async fn large_and_odd_numbers_are_just_another_type() {
    let server = TestServer::start().await;
    for number in ["1e400", "-0", "1E+2", "123456789012345678901234567890", "0.1e-999"] {
        let body = format!(r#"{{"title":{number},"content":"b"}}"#);
        let answer = send(&server, body.as_bytes()).await;
        assert_eq!(answer.status, 400, "{number}");
        assert!(matches!(answer.code().as_str(), "malformed_json" | "validation_failed"));
    }
    let answer = send(&server, br#"{"title":12,"content":"b"}"#).await;
    answer.is_invalid(&[("title", "invalid_type")]);
}
