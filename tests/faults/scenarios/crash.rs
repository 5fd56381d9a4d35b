//! A process that is killed while it writes.

use std::time::Duration;

use tokio::time::sleep;

use super::{Length, Outcome};
use crate::{
    figures::Figures,
    support::{Ledger, Server, Setup, Sql, Stores, Writers, admin, free_port, until},
};

const WRITERS: usize = 8;

/// On a database file.
pub(crate) async fn sqlite(length: Length) -> Outcome {
    Ok(rounds(&Setup::sqlite(), length).await)
}

/// On PostgreSQL and Redis.
pub(crate) async fn postgres(length: Length) -> Outcome {
    let stores = Stores::take().await?;
    Ok(rounds(&stores.setup(), length).await)
}

/// Writers go on over all rounds; the server is killed under them and started again.
async fn rounds(setup: &Setup, length: Length) -> Figures {
    let rounds = length.of(4, 20);
    let setup = setup.clone().with("PORT", &free_port().to_string());
    let mut server = Server::start(&setup).await;
    let token = admin(&mut server.client()).await;
    let ledger = Ledger::default();
    let writers = Writers::start(WRITERS, &[server.address()], &token, "post", &ledger);
    for round in 0..rounds {
        // Somewhere in the middle of the work, each time elsewhere.
        let enough = ledger.len() + 20 + round * 17 % 60;
        until("posts are written", async || ledger.len() >= enough).await;
        sleep(Duration::from_micros(700 * u64::try_from(round).expect("few"))).await;
        server.kill();
        server = Server::start(&setup).await;
    }
    let asked = writers.asked();
    writers.finish().await;
    let balance = ledger.balance(&Sql::open(setup.variable("DATABASE_URL")).await).await;
    let mut figures = Figures::default();
    figures.note(format!("{rounds} kills under {WRITERS} writers"));
    figures.note(format!("{} posts acknowledged of {asked} requests", balance.acknowledged));
    figures.none("acknowledged and lost", balance.lost);
    figures.none("doubled", balance.doubled);
    figures.none("that nobody was told of", balance.unknown);
    figures
}
