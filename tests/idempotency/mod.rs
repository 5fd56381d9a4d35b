//! `Idempotency-Key`

mod keys;
mod repeats;

use serde_json::{Value, json};

use crate::support::{Answer, Client, PASSWORD, Request, TestServer};

fn post(client: &Client, key: &str, title: &str) -> Request {
    let body = json!({"title": title, "content": "Text", "published": true});
    client.post("/api/posts", body).header("idempotency-key", key)
}

fn registration(client: &Client, key: &str, email: &str) -> Request {
    let body = json!({"name": "Carl", "email": email, "password": PASSWORD});
    client.post("/api/users", body).header("idempotency-key", key)
}

async fn total(server: &TestServer) -> Value {
    server.anonymous().get("/api/posts").await.json()["pagination"]["total"].clone()
}

fn is_replay(again: &Answer, first: &Answer) {
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert!(!first.has("idempotency-replayed"));
    let told = |a: &Answer| (a.status, a.body.clone(), a.header("location").to_owned(), a.etag());
    assert_eq!(told(again), told(first));
}
