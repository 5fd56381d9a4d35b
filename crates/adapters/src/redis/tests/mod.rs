//! On a real Redis: what processes see of each other, and what they do without it.

mod keeping;
mod limits;
mod outage;
mod refusing;
mod workers;

use basalt_domain::{ListVersion, PostPage, ports::PostCache};
use basalt_test_stores::{Keyspace, redis};
use deadpool_redis::redis::{Cmd, FromRedisValue, cmd};

use super::*;
use crate::{
    system::SystemClock,
    test_support::{list_key, page_of, post},
};

const TTL: Duration = Duration::from_mins(10);
const VERSION: ListVersion = ListVersion(7);
const SECRET: &[u8] = b"a secret that the tests share";

fn options(url: &str) -> RedisOptions {
    RedisOptions { url: url.to_owned(), timeout: Duration::from_secs(10), secret: SECRET.to_vec() }
}

/// A process of its own.
fn process(url: &str) -> Redis {
    Redis::new(options(url)).expect("a URL of Redis")
}

/// Two processes with one Redis, which is theirs alone.
async fn two() -> Option<(Redis, Redis, Keyspace)> {
    let keyspace = redis().await?.keyspace().await;
    let (one, other) = (process(keyspace.url()), process(keyspace.url()));
    Some((one, other, keyspace))
}

fn cache_of(redis: &Redis) -> RedisPostCache {
    redis.post_cache(TTL, Arc::new(SystemClock))
}

/// What an operator asks.
async fn ask<T: FromRedisValue>(redis: &Redis, command: &Cmd) -> T {
    let answer = redis.ask(&Request::Command(command.clone())).await;
    answer.expect("Redis answers")
}

async fn keys(redis: &Redis, pattern: &str) -> Vec<String> {
    ask(redis, cmd("KEYS").arg(pattern)).await
}

async fn found(cache: &RedisPostCache, number: u64) -> Option<Arc<PostPage>> {
    cache.get(&list_key(number), VERSION).await.unwrap()
}

async fn text(cache: &RedisPostCache) -> Option<String> {
    let page = found(cache, 1).await?;
    Some(page.page.items[0].content.as_str().to_owned())
}

async fn put(cache: &RedisPostCache, number: u64, content: &str) {
    let page = page_of(vec![post(1, content)], VERSION);
    cache.put(&list_key(number), page).await.unwrap();
}

/// How long it takes until `is_so`, which it must be before `most` has passed.
async fn wait_until(most: Duration, mut is_so: impl AsyncFnMut() -> bool) -> Duration {
    let start = std::time::Instant::now();
    while !is_so().await {
        assert!(start.elapsed() < most, "not so after {most:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    start.elapsed()
}

#[test]
fn a_url_that_is_none_of_a_redis_is_refused_with_an_example_and_without_its_password() {
    for url in [
        "",
        "localhost:6379",
        "http://user:hunter2@localhost",
        "redis://user:hunter2@localhost:port",
        "redis://:hunter2@",
        "redis://localhost/zero",
    ] {
        let refused = Redis::new(options(url)).err();
        let message = refused.unwrap_or_else(|| panic!("{url}")).to_string();
        assert!(message.contains("redis://host:6379"), "{message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
    for url in [
        "redis://localhost",
        "rediss://user:password@redis.example.com:6380/2",
        "redis://[::1]:6379/0",
    ] {
        assert!(Redis::new(options(url)).is_ok(), "{url}");
    }
}

#[tokio::test]
async fn tls_has_what_it_needs() {
    // Without a provider of cryptography it would panic, and not fail to connect.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let url = format!("rediss://127.0.0.1:{port}");
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        stream.readable().await.unwrap();
        let mut hello = [0; 3];
        let read = stream.try_read(&mut hello).unwrap();
        assert_eq!((read, hello[0]), (3, 22), "a TLS handshake");
    });
    assert!(process(&url).pulse().await.is_err());
}
