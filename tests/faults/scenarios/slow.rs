//! Clients that are slow on purpose, by the hundred and by the thousand.

use std::{io, net::SocketAddr, time::Duration};

use serde_json::json;
use tokio::{task::JoinSet, time::sleep};

use super::{Length, Outcome};
use crate::{
    figures::{Figures, time},
    support::{Connection, Load, Server, Setup, admin, get, post},
};

/// Times below this say more about the machine than about the server.
const NOISE: Duration = Duration::from_millis(100);
const BIT: Duration = Duration::from_millis(500);
/// So many bits a client sends when nobody stops it: a busy machine is late.
const LONGEST: usize = 60;
const BIG: &str = "/api/posts?limit=100";

/// Heads that come byte by byte.
pub(crate) async fn heads(length: Length) -> Outcome {
    Ok(siege(Slow::Head, length).await)
}

/// Bodies that come byte by byte.
pub(crate) async fn bodies(length: Length) -> Outcome {
    Ok(siege(Slow::Body, length).await)
}

/// Answers of two megabytes that are not taken.
pub(crate) async fn readers(length: Length) -> Outcome {
    Ok(siege(Slow::Reader, length).await)
}

/// What a client is slow with.
#[derive(Clone, Copy, Debug)]
enum Slow {
    Head,
    Body,
    Reader,
}

impl Slow {
    /// Seconds: more than the server gives, which is 5 for a head and 10 for the others.
    fn lasts(self) -> usize {
        match self {
            Self::Head => 7,
            Self::Body | Self::Reader => 12,
        }
    }
}

async fn siege(slow: Slow, length: Length) -> Figures {
    let besiegers = length.of(400_usize, 3000);
    // The limit on requests in flight counts bodies that are on their way.
    let setup = Setup::sqlite().with("MAX_IN_FLIGHT", "4096");
    let server = Server::start(&setup).await;
    let mut client = server.client();
    let token = admin(&mut client).await;
    fill(&server, &token).await;
    client.get(BIG).await.expect("an answer").is(200);
    let healthy = Load {
        address: server.address(),
        clients: 4,
        pace: Duration::from_millis(20),
        request: get("/api/posts?limit=10", ""),
    };
    let without = healthy.run(Duration::from_secs(2)).await;
    let before = server.memory();
    let mut tasks = JoinSet::new();
    for _ in 0..besiegers {
        tasks.spawn(besiege(slow, server.address(), token.clone()));
        // Thousands of connections in one moment would be another siege: of the listen queue.
        sleep(Duration::from_micros(500)).await;
    }
    let running = healthy.start();
    let mut most = before;
    for _ in 0..slow.lasts() {
        sleep(Duration::from_secs(1)).await;
        most = most.max(server.memory());
    }
    let under = running.stop().await;
    let closed = tasks.join_all().await.into_iter().filter(|closed| *closed).count();
    let after = healthy.run(Duration::from_secs(2)).await;
    let without = without.percentile(99).max(after.percentile(99));
    let mut figures = Figures::default();
    figures.note(format!("{besiegers} at once"));
    figures.exactly("of them closed by the server", closed, besiegers);
    figures.note(format!("healthy reads {}", under.statuses()));
    figures.none("failed", under.count(|it| it.status != 200));
    let bar = (3 * without).max(NOISE);
    figures.within("healthy p99", under.percentile(99), bar);
    figures.note(format!("without them {}", time(without)));
    match before.zip(most) {
        Some((before, most)) => {
            let each = most.saturating_sub(before) / besiegers;
            figures.note(format!("memory from {} to {} MiB", before / 1024, most / 1024));
            figures.at_most("KiB for each", each, 128);
        }
        None => figures.note("memory not measured: this system does not tell"),
    }
    figures
}

/// Slow until the server has enough. Whether it had.
async fn besiege(slow: Slow, address: SocketAddr, token: String) -> bool {
    let sent = async {
        match slow {
            Slow::Head => {
                let mut connection = Connection::open(address).await?;
                connection.send(b"GET /api/posts HTTP/1.1\r\nX-Slow: ").await?;
                trickle(&mut connection).await
            }
            Slow::Body => {
                let mut connection = Connection::open(address).await?;
                let whole = post("/api/posts", &token, "", &json!({"title": "a".repeat(100)}));
                connection.send(&whole[..whole.len() - 80]).await?;
                trickle(&mut connection).await
            }
            Slow::Reader => {
                let mut connection = Connection::narrow(address).await?;
                connection.send(&get(BIG, "")).await?;
                for _ in 0..LONGEST {
                    sleep(BIT).await;
                    connection.send(b"G").await?;
                }
                Ok(())
            }
        }
    };
    sent.await.is_err()
}

/// A byte now and then, until the other side closes.
async fn trickle(connection: &mut Connection) -> io::Result<()> {
    for _ in 0..LONGEST {
        tokio::select! {
            // An answer comes before the end, or only the end.
            gone = connection.closed() => return Err(gone),
            () = sleep(BIT) => connection.send(b"a").await?,
        }
    }
    Ok(())
}

/// A page of two megabytes.
async fn fill(server: &Server, token: &str) {
    let mut client = server.client();
    for number in 0..100 {
        let body = json!({"title": format!("post {number}"), "content": "a".repeat(20_000), "published": true});
        client.ask(&post("/api/posts", token, "", &body)).await.expect("an answer").is(201);
    }
}
