//! A Redis that is gone or silent, under two replicas that share it.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::time::sleep;

use super::{Length, Outcome};
use crate::{
    figures::{Figures, time},
    support::{
        ADMIN, Fault, Ledger, Load, Relay, Server, Setup, Sql, Stores, Writers, admin,
        breakable_redis, database, get, post, posts_request, until,
    },
};

const PAGE: usize = 100;
const LIST: &str = "/api/posts?limit=100";
/// Guesses that an address has: none comes back while a scenario lasts.
const GUESSES: usize = 5;

/// After its return nothing older is shown.
const FRESH: Duration = Duration::from_secs(1);

/// Stopped: connections are refused, and it comes back empty.
pub(crate) async fn stopped(length: Length) -> Outcome {
    outage(Fault::Stopped, length).await
}

/// Frozen: it takes connections and answers nothing, and then goes on with what it knew.
pub(crate) async fn frozen(length: Length) -> Outcome {
    outage(Fault::Frozen, length).await
}

async fn outage(fault: Fault, length: Length) -> Outcome {
    let redis = breakable_redis().await?;
    let database = database().await?;
    let setup = Setup::database(database.url())
        .with("REDIS_URL", redis.url())
        .with("RATE_LIMIT_AUTH", &format!("{GUESSES}/86400"));
    let replicas = [Server::start(&setup).await, Server::start(&setup).await];
    let addresses = replicas.each_ref().map(Server::address);
    let token = admin(&mut replicas[0].client()).await;
    let sql = Sql::open(database.url()).await;
    let readers = addresses.map(|address| {
        let load =
            Load { address, clients: 3, pace: Duration::from_millis(15), request: get(LIST, "") };
        load.start()
    });
    let ledger = Ledger::default();
    let writers = Writers::start(4, &addresses, &token, "post", &ledger);
    sleep(Duration::from_secs(1)).await;
    let mut figures = Figures::default();
    figures.exactly("guesses that two replicas allow", guess(&replicas).await, GUESSES);

    let broken = Instant::now();
    fault.strike(&redis);
    let names_it = async || is_degraded(&replicas[0]).await && is_degraded(&replicas[1]).await;
    figures.within(
        "both degraded after",
        until("they say so", names_it).await,
        Duration::from_secs(3),
    );
    // What the limiter in each process allows on top.
    figures.at_most("more guesses meanwhile", guess(&replicas).await, 2 * GUESSES);
    sleep(Duration::from_secs(length.of(2, 20))).await;
    let sent_away = writers.sent_away() + writers.cut_off();
    writers.finish().await;
    figures.within("the last write seen by both after", agree(&replicas, &sql).await, FRESH);

    fault.mend(&redis).await;
    let mended = Instant::now();
    let all_well = async || !is_degraded(&replicas[0]).await && !is_degraded(&replicas[1]).await;
    let (last, well) = tokio::join!(stale(&replicas, &sql), until("all is well", all_well));
    figures.within("last stale list after its return", last, FRESH);
    figures.within("all well after", well, Duration::from_secs(5));
    figures.at_most("guesses after its return", guess(&replicas).await, GUESSES);
    let last = json!({"title": "last", "content": "Text", "published": true});
    let mut client = replicas[0].client();
    client.ask(&post("/api/posts", &token, "", &last)).await.expect("an answer").is(201);
    figures.within("a new write seen by both after", agree(&replicas, &sql).await, FRESH);

    for readers in readers {
        let samples = readers.stop().await;
        figures.none("failed reads", samples.count(|it| it.status != 200));
        let during = samples.only(|it| it.begun > broken && it.ended() < mended);
        figures.note(format!("{} meanwhile, p99 {}", during.0.len(), time(during.percentile(99))));
    }
    figures.none("failed writes", sent_away);
    let balance = ledger.balance(&sql).await;
    figures.none("acknowledged and lost", balance.lost);
    Ok(figures)
}

/// Tries wrong passwords on both until both refuse; how many were tried before.
async fn guess(replicas: &[Server]) -> usize {
    let wrong = json!({"email": ADMIN.email, "password": "not the password"});
    let request = post("/api/auth/login", "", "", &wrong);
    let mut allowed = 0;
    for round in 0..6 * GUESSES {
        let mut client = replicas[round % replicas.len()].client();
        let answer = client.ask(&request).await.expect("an answer");
        match answer.status {
            401 => allowed += 1,
            429 => {}
            other => panic!("a guess is answered with {other}: {}", answer.json()),
        }
    }
    allowed
}

async fn is_degraded(server: &Server) -> bool {
    let answer = server.client().get("/health/ready").await.expect("an answer").is(200);
    answer.json()["parts"] == json!(["redis"])
}

/// Whether the list of this server is what the database holds.
async fn shows(server: &Server, truth: &[String]) -> bool {
    let mut titles = server.client().get(LIST).await.expect("an answer").is(200).titles();
    titles.sort();
    titles == truth
}

/// How long until both show what the database holds.
async fn agree(replicas: &[Server], sql: &Sql) -> Duration {
    let truth = sql.first_page(PAGE).await;
    until("both show what the database holds", async || {
        shows(&replicas[0], &truth).await && shows(&replicas[1], &truth).await
    })
    .await
}

/// Watches for a while; how long one of them showed something else.
async fn stale(replicas: &[Server], sql: &Sql) -> Duration {
    let truth = sql.first_page(PAGE).await;
    let begun = Instant::now();
    let mut last = Duration::ZERO;
    while begun.elapsed() < 3 * FRESH {
        for replica in replicas {
            if !shows(replica, &truth).await {
                last = begun.elapsed();
            }
        }
        sleep(Duration::from_millis(5)).await;
    }
    last
}

/// Only one of two replicas is cut off from a Redis that is well. What it writes meanwhile both
/// show, as ever.
pub(crate) async fn cut_off(length: Length) -> Outcome {
    let stores = Stores::take().await?;
    let relay = Relay::to(stores.keyspace.url()).await;
    // A real budget: what is slow here is meant to be.
    let far = stores.setup().with("REDIS_URL", relay.url());
    let far = far.with("REDIS_TIMEOUT_MS", "50");
    let replicas = [Server::start(&far).await, Server::start(&stores.setup()).await];
    let sql = Sql::open(stores.database.url()).await;
    let mut client = replicas[0].client();
    let token = admin(&mut client).await;
    let rounds = length.of(2, 10);
    let writes = 5;
    let (mut own, mut other, mut after) = (0, Duration::ZERO, Duration::ZERO);
    for round in 0..rounds {
        agree(&replicas, &sql).await;
        relay.pull();
        for write in 0..writes {
            let request = posts_request(&token, &format!("cut-off-{round}-{write}"));
            client.ask(&request).await.expect("an answer").is(201);
            let truth = sql.first_page(PAGE).await;
            own += usize::from(!shows(&replicas[0], &truth).await);
            other = other.max(agree(&replicas, &sql).await);
        }
        sleep(Duration::from_secs(length.of(1, 10))).await;
        let truth = sql.first_page(PAGE).await;
        own += usize::from(!shows(&replicas[0], &truth).await);
        relay.plug();
        until("it has Redis again", async || !is_degraded(&replicas[0]).await).await;
        after = after.max(stale(&replicas, &sql).await);
    }
    let mut figures = Figures::default();
    figures.note(format!("{rounds} times, {writes} writes each"));
    figures.none("stale lists of the replica that wrote", own);
    figures.within("a write seen by the other after", other, FRESH);
    figures.within("last stale list after it is back", after, FRESH);
    Ok(figures)
}
