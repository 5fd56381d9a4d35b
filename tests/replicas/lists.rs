//! Two servers show the same lists, whether they can reach a Redis or not.

use std::time::Instant;

use serde_json::json;

use super::{KNOWN, titles};
use crate::support::{Process, TestServer, eventually, only_on_postgres};

/// A Redis that refuses connections.
fn no_redis() -> String {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = nobody.local_addr().expect("it is bound");
    format!("redis://{address}")
}

#[tokio::test]
async fn without_redis_for_one_or_for_all_a_write_is_seen_within_a_second() {
    if !only_on_postgres("an SQLite file has one server") {
        return;
    }
    let nowhere = no_redis();
    let away = [("REDIS_URL", nowhere.as_str())];
    // As the combination has it (perhaps none at all), out of reach for one, and for both.
    for (one, other) in [(&[][..], &[][..]), (&away[..], &[]), (&[], &away), (&away, &away)] {
        let one = TestServer::with(one).await;
        let other = one.beside(other).await;
        for (round, (writer, reader)) in [(&one, &other), (&other, &one)].into_iter().enumerate() {
            let lists = [titles(writer).await.len(), titles(reader).await.len()];
            assert_eq!(lists, [round; 2], "what both have kept");
            let title = format!("round {round}");
            writer.ann().write(&title, true).await;
            let begun = Instant::now();
            let seen = || async { titles(reader).await.contains(&title) };
            eventually("the other sees it", seen).await;
            assert!(begun.elapsed() < KNOWN, "{:?}", begun.elapsed());
            assert!(titles(writer).await.contains(&title));
        }
    }
}

#[tokio::test]
async fn what_was_committed_by_a_killed_server_is_seen_within_a_second() {
    if !only_on_postgres("an SQLite file has one server") {
        return;
    }
    let stays = TestServer::start().await;
    let sql = stays.sql().await;
    let dies = Process::start(stays.stores(), &[]);
    assert!(titles(&stays).await.is_empty());
    sql.hold_commits().await;
    let body = json!({"title": "Late", "content": "Text", "published": true}).to_string();
    let request = format!(
        "POST /api/posts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        stays.ann().token(),
        body.len()
    );
    let mut raw = dies.raw().await;
    raw.send(&request).await;
    eventually("its commit waits", || sql.a_commit_waits()).await;
    // The list is kept as it was until here.
    assert!(titles(&stays).await.is_empty());
    dies.kill();
    sql.let_commits_go().await;
    let committed = "SELECT 1 FROM posts WHERE title = 'Late'";
    eventually("it is committed", || async { sql.run(committed).await > 0 }).await;
    let begun = Instant::now();
    let seen = || async { titles(&stays).await == ["Late"] };
    eventually("the other shows it", seen).await;
    assert!(begun.elapsed() < KNOWN, "{:?}", begun.elapsed());
    assert!(raw.answer().await.is_none(), "nobody was answered");
}
