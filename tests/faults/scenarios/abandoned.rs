//! Processes that die between a commit and its answer.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::{Length, Outcome};
use crate::{
    figures::Figures,
    support::{
        Client, Connection, Ledger, Load, Proxy, Server, Sql, Stores, Writers, admin, free_port,
        get, posts_request, until,
    },
};

const PAGE: usize = 100;
const LIST: &str = "/api/posts?limit=100";
/// Nobody sees an old list for longer.
const STALE: Duration = Duration::from_secs(1);

/// Killed at any moment of many writes.
pub(crate) async fn at_random(length: Length) -> Outcome {
    let stores = Stores::take().await?;
    let setup = stores.setup();
    let stays = Server::start(&setup).await;
    let token = admin(&mut stays.client()).await;
    let sql = Sql::open(stores.database.url()).await;
    // Its list is read all the time, so that what is cached is as new as can be.
    let reads = Load {
        address: stays.address(),
        clients: 2,
        pace: Duration::from_millis(4),
        request: get(LIST, ""),
    };
    let reads = reads.start();
    let (mut slowest, mut in_the_end) = (Duration::ZERO, 0);
    let rounds = length.of(5, 20);
    for round in 0..rounds {
        let dies = Server::start(&setup).await;
        let ledger = Ledger::default();
        let name = format!("round-{round}");
        let addresses = [dies.address()];
        let writers = Writers::start(6, &addresses, &token, &name, &ledger);
        until("posts are written", async || ledger.len() >= 10).await;
        sleep(Duration::from_micros(round * 7919 % 40_000)).await;
        dies.kill();
        let died = Instant::now();
        // They would repeat for ever.
        drop(writers);
        slowest = slowest.max(until_right(&stays, &sql, died).await);
        sleep(Duration::from_millis(200)).await;
        in_the_end += usize::from(!is_right(&stays, &sql).await);
    }
    let reads = reads.stop().await;
    let mut figures = Figures::default();
    figures.note(format!("{rounds} kills under 6 writers"));
    figures.within("the other replica's list is right after", slowest, STALE);
    figures.none("lists that turned wrong again", in_the_end);
    figures.none("failed reads", reads.count(|it| it.status != 200));
    Ok(figures)
}

const WHO_WAITS: &str = "SELECT locktype FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";

/// Has each commit of a post wait for whoever holds the lock.
const COMMITS_WAIT: &str = "
    CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER commits_wait AFTER INSERT ON posts
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait();";

/// Killed exactly there: while its commit waits, which then goes on without it.
pub(crate) async fn at_the_worst(length: Length) -> Outcome {
    let stores = Stores::take().await?;
    let stays = Server::start(&stores.setup()).await;
    let token = admin(&mut stays.client()).await;
    let sql = Sql::open(stores.database.url()).await;
    sql.run(COMMITS_WAIT).await;
    let rounds = length.of(2, 20);
    let mut slowest = Duration::ZERO;
    for round in 0..rounds {
        let dies = Server::start(&stores.setup()).await;
        let title = format!("post-{round}");
        // Both have a list, and the one that stays has cached it.
        for server in [&dies, &stays, &stays] {
            server.client().get(LIST).await.expect("an answer").is(200);
        }
        sql.run("SELECT pg_advisory_lock(4711)").await;
        let mut connection = Connection::open(dies.address()).await.expect("a connection");
        let request = posts_request(&token, &title);
        connection.send(&request).await.expect("the server reads");
        let waits = async || !sql.texts(WHO_WAITS).await.is_empty();
        until("a commit waits", waits).await;
        // What is cached now was read before the commit.
        stays.client().get(LIST).await.expect("an answer").is(200);
        dies.kill();
        sql.run("SELECT pg_advisory_unlock(4711)").await;
        let there = async || sql.first_page(PAGE).await.contains(&title);
        until("the row is committed", there).await;
        slowest = slowest.max(until_right(&stays, &sql, Instant::now()).await);
    }
    let mut figures = Figures::default();
    figures.note(format!("{rounds} kills"));
    figures.within("the other replica's list is right after", slowest, STALE);
    Ok(figures)
}

/// Killed in the middle of a request that came through the proxy: the client learns that nobody
/// knows, in the form of every other 503.
pub(crate) async fn behind_the_proxy(length: Length) -> Outcome {
    let stores = Stores::take().await?;
    let port = free_port();
    let setup =
        stores.setup().with("PORT", &port.to_string()).with("TRUSTED_PROXIES", "127.0.0.1/32");
    let mut replica = Server::start(&setup).await;
    let proxy = Proxy::start(&[port]).await?;
    let token = admin(&mut replica.client()).await;
    let sql = Sql::open(stores.database.url()).await;
    sql.run(COMMITS_WAIT).await;
    let rounds = length.of(1, 10);
    let mut as_they_should = 0;
    for round in 0..rounds {
        sql.run("SELECT pg_advisory_lock(4711)").await;
        let request = posts_request(&token, &format!("post-{round}"));
        let mut client = Client::of(proxy.address());
        let asked = tokio::spawn(async move { client.ask(&request).await });
        let waits = async || !sql.texts(WHO_WAITS).await.is_empty();
        until("a commit waits", waits).await;
        replica.kill();
        let answer = asked.await.expect("no panic").expect("an answer");
        sql.run("SELECT pg_advisory_unlock(4711)").await;
        let is_unavailable = answer.status == 503
            && answer.header("retry-after").is_some()
            && answer.json()["code"] == "unavailable";
        as_they_should += usize::from(is_unavailable);
        replica = Server::start(&setup).await;
        proxy.sees(1).await;
    }
    let mut figures = Figures::default();
    figures.note(format!("{rounds} kills behind {}", proxy.kind()));
    figures.exactly("answers 503 with Retry-After", as_they_should, rounds);
    Ok(figures)
}

/// How long after that moment the list is what the database holds.
async fn until_right(server: &Server, sql: &Sql, since: Instant) -> Duration {
    until("the list is right", async || is_right(server, sql).await).await;
    since.elapsed()
}

async fn is_right(server: &Server, sql: &Sql) -> bool {
    let answer = server.client().get(LIST).await.expect("an answer");
    let mut titles = answer.is(200).titles();
    titles.sort();
    titles == sql.first_page(PAGE).await
}
