//! Replicas behind a proxy that are restarted one after the other, while clients go on.

use std::time::Duration;

use tokio::time::sleep;

use super::{Length, Outcome};
use crate::{
    figures::{Figures, time},
    support::{Ledger, Load, Proxy, Server, Sql, Stores, Writers, admin, free_port, get},
};

/// Nobody notices: no read and no write is dropped.
pub(crate) async fn restarts(length: Length) -> Outcome {
    let stores = Stores::take().await?;
    let ports = [free_port(), free_port()];
    let setups = ports.map(|port| {
        stores
            .setup()
            .with("PORT", &port.to_string())
            .with("TRUSTED_PROXIES", "127.0.0.1/32")
            // As in docker/compose.yaml: longer than the proxy takes to notice.
            .with("DRAIN_DELAY_SECONDS", "3")
    });
    let mut replicas = Vec::new();
    for setup in &setups {
        replicas.push(Server::start(setup).await);
    }
    let proxy = Proxy::start(&ports).await?;
    let token = admin(&mut replicas[0].client()).await;
    let reads = Load {
        address: proxy.address(),
        clients: 6,
        pace: Duration::from_millis(4),
        request: get("/api/posts", ""),
    };
    let reads = reads.start();
    let ledger = Ledger::default();
    let writers = Writers::start(4, &[proxy.address()], &token, "post", &ledger);
    sleep(Duration::from_millis(500)).await;

    let rounds = length.of(3, 20);
    let (mut unclean, mut slowest) = (0, Duration::ZERO);
    for _ in 0..rounds {
        for setup in &setups {
            let replica = replicas.remove(0);
            let begun = std::time::Instant::now();
            unclean += usize::from(!replica.terminate().await.success());
            slowest = slowest.max(begun.elapsed());
            replicas.push(Server::start(setup).await);
            proxy.sees(ports.len()).await;
        }
    }
    let reads = reads.stop().await;
    let (asked, sent_away, cut_off) = (writers.asked(), writers.sent_away(), writers.cut_off());
    writers.finish().await;
    let balance = ledger.balance(&Sql::open(stores.database.url()).await).await;
    let mut figures = Figures::default();
    figures.note(format!(
        "{rounds} rolling restarts of {} replicas behind {}",
        ports.len(),
        proxy.kind()
    ));
    figures.note(format!("{} reads, {asked} writes", reads.0.len()));
    figures.none("reads dropped", reads.count(|it| it.status != 200));
    figures.none("writes dropped", sent_away + cut_off);
    figures.none("processes that ended otherwise than with 0", unclean);
    figures.none("posts lost", balance.lost);
    figures.none("doubled", balance.doubled);
    figures.note(format!("a stop took at most {}", time(slowest)));
    Ok(figures)
}
