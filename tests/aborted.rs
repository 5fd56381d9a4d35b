//! Clients that go away in the middle.

use serde_json::json;

use crate::support::{TestServer, eventually};

/// A whole request that makes a published post.
fn request(server: &TestServer, title: &str) -> String {
    let body = json!({"title": title, "content": "Text", "published": true}).to_string();
    format!(
        "POST /api/posts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nIdempotency-Key: {title}\r\nContent-Length: {}\r\n\r\n{body}",
        server.ann().token(),
        body.len()
    )
}

#[tokio::test]
async fn a_write_whose_client_is_gone_ends_whole_and_is_seen_in_the_cached_list() {
    let server = TestServer::start().await;
    for index in 0..30 {
        // The list is cached before each write.
        server.anonymous().get("/api/posts?limit=100").await.is(200);
        let title = format!("post-{index}");
        let mut raw = server.raw().await;
        raw.send(request(&server, &title)).await;
        if index % 3 == 0 {
            // Sometimes it has begun by now, sometimes it has not.
            tokio::task::yield_now().await;
        }
        raw.reset();
        // The repeat makes sure that it is there, and only once.
        raw = server.raw().await;
        let again = raw.ask(request(&server, &title)).await.is(201);
        let list = server.anonymous().get("/api/posts?limit=100").await.is(200);
        let ids = list.column("id");
        assert!(ids.contains(&again.id()), "{title}");
        let mut titles = list.column("title");
        titles.sort();
        titles.dedup();
        assert_eq!((titles.len(), ids.len()), (index + 1, index + 1));
    }
}

#[tokio::test]
async fn a_write_that_waits_for_the_database_outlives_its_client() {
    let server = TestServer::start().await;
    server.anonymous().get("/api/posts").await.is(200);
    let sql = server.sql().await;
    sql.hold().await;
    let mut raw = server.raw().await;
    raw.send(request(&server, "survivor")).await;
    // The next answer on another connection comes after the write has begun to wait.
    for _ in 0..20 {
        server.ann().get("/api/users/me").await.is(200);
    }
    raw.reset();
    server.ann().get("/api/users/me").await.is(200);
    sql.release().await;
    let appears = || async {
        let list = server.anonymous().get("/api/posts").await;
        list.column("title") == ["survivor"]
    };
    eventually("the post is in the cached list", appears).await;
}

#[tokio::test]
async fn many_clients_that_reset_leave_a_server_that_works() {
    let server = TestServer::with(&[("MAX_IN_FLIGHT", "3")]).await;
    for round in 0..200 {
        let mut raw = server.raw().await;
        let whole = request(&server, &format!("round-{}", round % 7));
        let cut = whole.len() * (round % 11) / 10;
        raw.send(&whole.as_bytes()[..cut.min(whole.len())]).await;
        raw.reset();
    }
    // None of them keeps a place among the requests in flight.
    let served = || async { server.anonymous().get("/api/posts").await.status == 200 };
    eventually("places are free again", served).await;
    for _ in 0..20 {
        eventually("and stay so", served).await;
    }
}
