//! A server that has a copy of its database to read from, which may lag behind. Another database
//! plays it: what it holds shows where a read went.

use std::net::TcpListener;

use crate::support::{Client, TestServer, only_on_postgres};

const WHY: &str = "an SQLite file has no replica";

/// A server whose `DATABASE_READ_URL` is this one.
async fn reading_from(primary: &TestServer, url: &str) -> TestServer {
    primary.beside(&[("DATABASE_READ_URL", url)]).await
}

async fn walk(reader: &Client) -> Vec<String> {
    let step = reader.get("/api/posts?cursor=").await.is(200);
    step.column("title")
}

#[tokio::test]
async fn walks_without_a_token_read_the_replica_and_everything_else_the_primary() {
    if !only_on_postgres(WHY) {
        return;
    }
    let (primary, replica) = (TestServer::start().await, TestServer::start().await);
    let post = primary.ann().write("On the primary", true).await;
    replica.ann().write("On the replica", true).await;
    let server = reading_from(&primary, &replica.database_url()).await;
    let anyone = server.anonymous();
    assert_eq!(walk(&anyone).await, ["On the replica"]);
    assert_eq!(walk(&server.ann()).await, ["On the primary"]);
    for list in ["/api/posts", "/api/posts?search=on+the"] {
        let list = anyone.get(list).await.is(200);
        assert_eq!(list.column("title"), ["On the primary"]);
    }
    let known = anyone.get("/api/posts?cursor=").header("If-None-Match", "\"x\"");
    assert_eq!(known.await.is(200).column("title"), ["On the primary"]);
    anyone.get(&format!("/api/posts/{}", post.id())).await.is(200);
}

#[tokio::test]
async fn after_a_write_of_its_own_a_server_does_not_read_the_replica() {
    if !only_on_postgres(WHY) {
        return;
    }
    let (primary, replica) = (TestServer::start().await, TestServer::start().await);
    let server = reading_from(&primary, &replica.database_url()).await;
    server.ann().write("New", true).await;
    assert_eq!(walk(&server.anonymous()).await, ["New"]);
}

#[tokio::test]
async fn without_its_replica_a_server_reads_the_primary_and_is_ready() {
    if !only_on_postgres(WHY) {
        return;
    }
    let primary = TestServer::start().await;
    primary.ann().write("On the primary", true).await;
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = nobody.local_addr().expect("it is bound");
    drop(nobody);
    let url = format!("postgres://basalt@{address}/basalt");
    let variables = [
        ("DATABASE_READ_URL", url.as_str()),
        // The first who asks waits so long for one that refuses.
        ("DATABASE_ACQUIRE_TIMEOUT_MS", "2000"),
    ];
    let server = primary.beside(&variables).await;
    for _ in 0..3 {
        assert_eq!(walk(&server.anonymous()).await, ["On the primary"]);
    }
    server.anonymous().get("/health/ready").await.is(200);
}
