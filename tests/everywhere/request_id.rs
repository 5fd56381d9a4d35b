//! `X-Request-Id`

use serde_json::json;

use crate::support::TestServer;

#[tokio::test]
async fn a_clients_id_is_taken_over_and_echoed_in_header_and_error() {
    let server = TestServer::start().await;
    let longest = "x".repeat(128);
    for id in ["a", "abc-DEF_1.2", &longest, "0", "..."] {
        let answer = server.anonymous().get("/api/posts").header("x-request-id", id).await.is(200);
        assert_eq!(answer.header("x-request-id"), id);
        let answer = server.anonymous().get("/nothing").header("x-request-id", id).await.is(404);
        assert_eq!((answer.header("x-request-id"), &answer.json()["requestId"]), (id, &json!(id)));
    }
}

#[tokio::test]
async fn any_other_id_is_replaced() {
    let server = TestServer::start().await;
    let long = "x".repeat(129);
    for id in ["", " ", "a b", "a\"b", "a/b", "a,b", "{}", "<script>", "a\tb", &long] {
        let answer = server.anonymous().get("/nothing").header("x-request-id", id).await;
        let made = answer.header("x-request-id");
        assert!(made != id && !made.is_empty(), "{id}");
        assert!(made.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)), "{made}");
    }
    let request = server.anonymous().get("/nothing");
    let answer = request.header_bytes("x-request-id", b"\xc3\xa9").await;
    assert!(answer.header("x-request-id").is_ascii());
}

#[tokio::test]
async fn made_ids_differ_and_there_is_one_on_every_answer() {
    let server = TestServer::start().await;
    let mut ids = Vec::new();
    for path in ["/api/posts", "/api/posts", "/nothing", "/docs", "/health/live", "/"] {
        let answer = server.anonymous().get(path).await;
        ids.push(answer.header("x-request-id").to_owned());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 6);
}

#[tokio::test]
async fn a_traceparent_is_no_obstacle_whatever_it_holds() {
    let server = TestServer::start().await;
    for value in ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "", "x", "00-0-0-0"] {
        server.anonymous().get("/api/posts").header("traceparent", value).await.is(200);
    }
}
