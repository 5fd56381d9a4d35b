//! What scenarios break things with.

mod http;
mod load;
mod people;
mod posts;
mod proxy;
mod relay;
mod server;
mod setup;
mod sql;
mod stores;

use std::time::{Duration, Instant};

use tokio::time::sleep;

pub(crate) use http::{Client, Connection, get, post, with_body};
pub(crate) use load::{Load, Running, Sample, Samples};
pub(crate) use people::{ADMIN, Person, admin};
pub(crate) use posts::{Ledger, Writers, posts_request};
pub(crate) use proxy::Proxy;
pub(crate) use relay::Relay;
pub(crate) use server::Server;
pub(crate) use setup::{Setup, free_port};
pub(crate) use sql::Sql;
pub(crate) use stores::{Fault, Stores, breakable_postgres, breakable_redis, database};

/// How long anything may take that has no bar of its own: a machine may be slow.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Asks until it is so, and tells how long that took.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) -> Duration {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < PATIENCE, "not in {PATIENCE:?}: {what}");
        sleep(Duration::from_millis(5)).await;
    }
    begun.elapsed()
}
