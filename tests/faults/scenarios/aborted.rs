//! Clients that reset their connection in the middle of a write.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::{Length, Outcome};
use crate::{
    figures::Figures,
    support::{Client, Connection, Server, Sql, Stores, admin, posts_request, until},
};

const PAGE: usize = 100;
const LIST: &str = "/api/posts?limit=100";

/// Whatever became of the write: the row, the cache of the replica that took it and that of the
/// other must agree about it.
pub(crate) async fn resets(length: Length) -> Outcome {
    let stores = Stores::take().await?;
    let setup = stores.setup();
    let replicas = [Server::start(&setup).await, Server::start(&setup).await];
    let sql = Sql::open(stores.database.url()).await;
    let token = admin(&mut replicas[0].client()).await;
    let whole = usual(&mut replicas[0].client(), &token).await;
    let (mut written, mut slowest) = (0, Duration::ZERO);
    let rounds = length.of(60, 1000);
    let mut clients = replicas.each_ref().map(Server::client);
    for round in 0..rounds {
        for client in &mut clients {
            client.get(LIST).await.expect("an answer").is(200);
        }
        let title = format!("post-{round}");
        let mut connection = Connection::open(replicas[0].address()).await.expect("a connection");
        let request = posts_request(&token, &title);
        connection.send(&request).await.expect("the server reads");
        // From before it is read until after it is answered.
        sleep(whole * (round % 16) / 10).await;
        connection.reset();
        let mut before = sql.first_page(PAGE).await;
        let agree = async || {
            // A write that outlives its client may end at any moment; nobody has to be faster.
            let truth = std::mem::replace(&mut before, sql.first_page(PAGE).await);
            let mut all = truth == before;
            for client in &mut clients {
                let mut titles = client.get(LIST).await.expect("an answer").is(200).titles();
                titles.sort();
                all &= titles == before;
            }
            all
        };
        slowest = slowest.max(until("caches and row agree", agree).await);
        written += usize::from(before.contains(&title));
    }
    // None of them hangs about: a write that ends now was forgotten. One that ended a moment ago is
    // shown by the other replica within a second.
    sleep(Duration::from_millis(1_300)).await;
    let truth = sql.first_page(PAGE).await;
    let mut disagreeing = 0;
    for client in &mut clients {
        let mut titles = client.get(LIST).await.expect("an answer").is(200).titles();
        titles.sort();
        disagreeing += usize::from(titles != truth);
    }
    let mut figures = Figures::default();
    figures.note(format!("{rounds} resets, {written} of the posts were written"));
    figures.within("row and both caches agree after", slowest, Duration::from_secs(1));
    figures.none("replicas that disagree in the end", disagreeing);
    let doubled = sql.posts().await.values().filter(|ids| ids.len() > 1).count();
    figures.none("doubled", doubled);
    Ok(figures)
}

/// How long such a write takes.
async fn usual(client: &mut Client, token: &str) -> Duration {
    let begun = Instant::now();
    for number in 0..10 {
        let request = posts_request(token, &format!("usual-{number}"));
        client.ask(&request).await.expect("an answer").is(201);
    }
    begun.elapsed() / 10
}
