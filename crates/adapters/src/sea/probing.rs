//! Finds out what a server is up to when calls on it go wrong.

use std::{
    error::Error,
    sync::Weak,
    time::{Duration, Instant},
};

use basalt_domain::ports::chain;
use tokio::time::sleep;
use tracing::{debug, info, warn};

use super::{
    pool::{Shared, Watched},
    postgres::{Answer, Server},
};

/// Between two probes of a server that is thought to be away.
const PAUSE: Duration = Duration::from_millis(250);
/// A server that had no connection to give, and gave one for so long, has them again. One that is
/// nearly full has and has not by turns.
const CALM: Duration = Duration::from_secs(2);

/// Probes the server until it answers and takes writes, or until the pool is closed or gone.
pub(super) async fn find_out(pool: Weak<Shared>) {
    let mut crowding = Crowding::default();
    // Held for a probe and no longer, so that a store can be dropped meanwhile.
    while let Some(shared) = pool.upgrade() {
        let Some(watched) = shared.watched() else {
            return;
        };
        let connections = shared.connections();
        if connections.get_postgres_connection_pool().is_closed() {
            return;
        }
        if is_well(&shared, watched, &mut crowding).await {
            crowding.end(&watched.server);
            return;
        }
        drop((connections, shared));
        sleep(PAUSE).await;
    }
}

/// One probe. What it changes is told once.
async fn is_well(
    shared: &Shared,
    Watched { server, breaker }: &Watched,
    crowding: &mut Crowding,
) -> bool {
    match server.answer().await {
        Ok(Answer::IsCrowded(reason)) => crowding.goes_on(server, &reason),
        Ok(Answer::Works) if breaker.is_doubted() => {
            if crowding.lasts() {
                return false;
            }
            // However many calls go wrong on a server that works, it is not asked more often.
            sleep(PAUSE).await;
            breaker.close();
            return true;
        }
        Ok(Answer::Works) => {
            tell_of_the_return(server);
            shared.replace_connections(server);
            breaker.close();
            return true;
        }
        Ok(Answer::IsReadOnly) => {
            if breaker.is_open() {
                shared.replace_connections(server);
            }
            if breaker.refuse_writes() {
                debug!("the database takes no writes; they fail at once until it does");
            }
        }
        // It was slow to take a connection, but answers on those it has.
        Err(_) if !breaker.is_open() && breaker.was_answered() => {}
        Err(error) => {
            let reason = error.source().map(chain).unwrap_or_default();
            if breaker.open(reason.clone()) {
                tell_of_the_loss(server, &reason);
            }
        }
    }
    false
}

/// Of the primary readiness tells, by the errors of its calls.
fn tell_of_the_loss(server: &Server, reason: &str) {
    if server.is_primary() {
        debug!(reason, "the database does not answer; calls fail at once until it does");
    } else {
        warn!(
            part = server.part(),
            reason, "the replica does not answer; the primary is read from until it does"
        );
    }
}

fn tell_of_the_return(server: &Server) {
    if server.is_primary() {
        debug!("the database answers and takes writes again");
    } else {
        info!(part = server.part(), "the replica answers and is read from again");
    }
}

/// While a server has no connection to give: since when, and when it had none last.
#[derive(Default)]
struct Crowding(Option<(Instant, Instant)>);

impl Crowding {
    fn goes_on(&mut self, server: &Server, reason: &str) {
        let now = Instant::now();
        if self.0.is_none() {
            warn!(
                part = server.part(),
                reason,
                "the database has no connection left to give; calls share those that are open"
            );
        }
        let since = self.0.map_or(now, |(since, _)| since);
        self.0 = Some((since, now));
    }

    /// Whether it had none a moment ago.
    fn lasts(&self) -> bool {
        self.0.is_some_and(|(_, last)| last.elapsed() < CALM)
    }

    fn end(&self, server: &Server) {
        if let Some((since, _)) = self.0 {
            let after_ms = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
            info!(part = server.part(), after_ms, "the database gives connections again");
        }
    }
}
