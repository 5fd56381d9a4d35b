//! What a request asks of the stores: the table in `docs/SCALING.md`, counted on the way to them.

use std::time::Duration;

use serde_json::json;

use crate::support::{Client, Counted, TestServer, only_where_replicas_are};

const WHY: &str = "it is counted on the way to PostgreSQL and Redis";

/// A server with its two ways.
struct Watched {
    server: TestServer,
    postgres: Counted,
    redis: Counted,
}

impl Watched {
    async fn new(variables: &[(&str, &str)]) -> Self {
        let first = TestServer::start().await;
        let stores = first.stores().variables();
        let url = |wanted| {
            let found = stores.iter().find(|(name, _)| *name == wanted);
            found.expect("the combination has it").1.as_str()
        };
        let (postgres, database_url) = Counted::postgres(url("DATABASE_URL")).await;
        let (redis, redis_url) = Counted::redis(url("REDIS_URL")).await;
        let mut all =
            vec![("DATABASE_URL", database_url.as_str()), ("REDIS_URL", redis_url.as_str())];
        all.extend(variables);
        let server = first.beside(&all).await;
        Self { server, postgres, redis }
    }

    /// The least that `request` was seen to ask of Redis and PostgreSQL: what goes on beside requests
    /// can only add to it.
    async fn least(&self, mut request: impl AsyncFnMut(u32)) -> (u64, u64) {
        let mut least = (u64::MAX, u64::MAX);
        for number in 0..25 {
            let (redis, postgres) = (self.redis.asked(), self.postgres.asked());
            request(number).await;
            // Nobody waits until a page is kept.
            tokio::time::sleep(Duration::from_millis(50)).await;
            least.0 = least.0.min(self.redis.asked() - redis);
            least.1 = least.1.min(self.postgres.asked() - postgres);
        }
        least
    }
}

async fn get(client: &Client, path: &str) {
    client.get(path).await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_asks_the_stores_no_more_than_is_said() {
    if !only_where_replicas_are(WHY) {
        return;
    }
    let watched = Watched::new(&[]).await;
    let (anyone, ann) = (watched.server.anonymous(), watched.server.ann());
    let post = ann.write("Read", true).await.is(201).id();
    let at_hand = watched.least(async |_| get(&anyone, "/api/posts").await);
    assert_eq!(at_hand.await, (1, 0), "a list that is at hand");
    let nobody_has = watched.least(async |number| {
        get(&anyone, &format!("/api/posts?limit={}", number + 20)).await;
    });
    // On a busy machine it is kept so late that it counts for the next one.
    let (redis, postgres) = nobody_has.await;
    assert!((2..=3).contains(&redis), "a list that nobody has: {redis}");
    assert_eq!(postgres, 1, "a list that nobody has");
    let step = watched.least(async |_| get(&anyone, "/api/posts?cursor=").await);
    assert_eq!(step.await, (1, 1), "a step of a walk");
    let one = watched.least(async |_| get(&anyone, &format!("/api/posts/{post}")).await);
    assert_eq!(one.await, (1, 1), "one post");
    let with_a_token = watched.least(async |_| get(&ann, &format!("/api/posts/{post}")).await);
    assert_eq!(with_a_token.await, (1, 1), "one post, with a token that is known");
    let written = watched.least(async |_| {
        ann.write("Written", true).await.is(201);
    });
    assert_eq!(written.await, (1, 1), "a new post");
    let with_a_key = watched.least(async |number| {
        let body = json!({"title": "Once", "content": "Text"});
        let key = format!("key-{number}");
        let once = ann.post("/api/posts", body).header("Idempotency-Key", &key);
        once.await.is(201);
    });
    // Looked for, begun, added, claimed, committed.
    assert_eq!(with_a_key.await, (1, 5), "a new post with a key");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_only_redis_has_costs_the_database_nothing() {
    if !only_where_replicas_are(WHY) {
        return;
    }
    let watched = Watched::new(&[]).await;
    let other = watched.server.beside(&[]).await;
    watched.server.ann().write("Read", true).await.is(201);
    let anyone = watched.server.anonymous();
    for limit in 20..45 {
        get(&other.anonymous(), &format!("/api/posts?limit={limit}")).await;
    }
    // Kept in Redis beside the answer.
    tokio::time::sleep(Duration::from_millis(300)).await;
    get(&anyone, "/api/posts").await;
    let shared = watched.least(async |number| {
        get(&anyone, &format!("/api/posts?limit={}", number + 20)).await;
    });
    assert_eq!(shared.await, (2, 0), "a list that only Redis has");
}
