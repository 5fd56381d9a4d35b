//! Finds out what a server is up to when calls on it go wrong.

use std::{error::Error, sync::Weak, time::Duration};

use basalt_domain::ports::StoreError;
use tokio::time::sleep;
use tracing::{info, warn};

use super::{
    pool::{Shared, Watched},
    postgres::Answer,
};

/// Between two probes of a server that is thought to be away.
const PAUSE: Duration = Duration::from_millis(250);

/// Probes the server until it answers and takes writes, or until the pool is closed or gone.
pub(super) async fn find_out(pool: Weak<Shared>) {
    // Held for a probe and no longer, so that a store can be dropped meanwhile.
    while let Some(shared) = pool.upgrade() {
        let Some(watched) = shared.watched() else {
            return;
        };
        let connections = shared.connections();
        if connections.get_postgres_connection_pool().is_closed() {
            return;
        }
        if is_well(&shared, watched).await {
            return;
        }
        drop((connections, shared));
        sleep(PAUSE).await;
    }
}

/// One probe. What it changes is told once.
async fn is_well(shared: &Shared, Watched { server, breaker }: &Watched) -> bool {
    let part = server.part();
    match server.answer().await {
        Ok(Answer::Works | Answer::IsCrowded) if breaker.is_doubted() => {
            // However many calls go wrong on a server that works, it is not asked more often.
            sleep(PAUSE).await;
            breaker.close();
            return true;
        }
        Ok(Answer::Works) => {
            info!(part, "the database answers and takes writes again");
            shared.replace_connections(server);
            breaker.close();
            shared.tell_whether_open();
            return true;
        }
        Ok(Answer::IsCrowded) => {}
        Ok(Answer::IsReadOnly) => {
            if breaker.is_open() {
                shared.replace_connections(server);
            }
            if breaker.refuse_writes() {
                warn!(
                    part,
                    "the database takes no writes; they fail at once until it does"
                );
                shared.tell_whether_open();
            }
        }
        // It was slow to take a connection, but answers on those it has.
        Err(_) if !breaker.is_open() && breaker.was_answered() => {}
        Err(error) => {
            if breaker.open() {
                tell_that_it_is_away(part, &error);
                shared.tell_whether_open();
            }
        }
    }
    false
}

fn tell_that_it_is_away(part: &'static str, error: &StoreError) {
    let reason = error.source().map(ToString::to_string);
    warn!(
        part,
        reason, "the database does not answer; calls fail at once until it does"
    );
}
