//! What goes on beside the requests.

use std::{sync::Arc, time::Duration};

use basalt_adapters::{memory::GovernorLimiter, redis::Redis};
use basalt_application::Housekeeping;
use basalt_domain::ports::chain;
use tokio::{
    sync::oneshot,
    task::JoinSet,
    time::{interval, timeout},
};
use tracing::warn;

use super::{Preparation, PreparationError, beats::Beats, health::Watcher, opening::Opening};
use crate::telemetry::metrics::Metrics;

/// Rows that have expired do no harm but to take space.
pub(super) const HOUSEKEEPING: Duration = Duration::from_mins(1);
/// A start in good times takes a fraction of it.
const FIRST_TRY: Duration = Duration::from_secs(3);
/// Between two batches, so that other writes get their turn.
const BREATH: Duration = Duration::from_millis(20);
/// Samples of histograms wait for it in memory.
const UPKEEP: Duration = Duration::from_secs(5);

/// Tasks that end with the value that holds them.
#[derive(Default)]
pub(super) struct Background(JoinSet<()>);

impl Background {
    /// Prepares the database. Waits for the first try, but not so long that whoever asks whether
    /// the process lives would believe it dead: another process may hold the lock for minutes, and
    /// so may a step of the schema.
    pub(super) async fn prepare(
        &mut self,
        preparation: Preparation,
    ) -> Result<(), PreparationError> {
        let (told, first) = oneshot::channel();
        self.0.spawn(preparation.run(told));
        match timeout(FIRST_TRY, first).await {
            Ok(outcome) => outcome.expect("the first try tells what became of it, or panicked"),
            // Health tells that it is not ready.
            Err(_) => Ok(()),
        }
    }

    /// Finds out how the process is: once before this returns, then again and again.
    pub(super) async fn watch(&mut self, mut watcher: Watcher, workers: Beats) {
        watcher.look().await;
        self.0.spawn(watcher.run());
        self.0.spawn(workers.watch());
    }

    /// Removes what has expired, once in a `period`.
    pub(super) fn keep_house(&mut self, opening: Opening, period: Duration) {
        self.0.spawn(async move {
            let mut pause = interval(period);
            // The first tick comes at once; the start has better things to do.
            pause.tick().await;
            loop {
                pause.tick().await;
                if let Some(opened) = opening.opened() {
                    remove_expired(&Housekeeping::new(opened.ports.clone())).await;
                }
            }
        });
    }

    pub(super) fn sweep(&mut self, limiter: Arc<GovernorLimiter>) {
        self.0.spawn(async move {
            let mut pause = interval(HOUSEKEEPING);
            loop {
                pause.tick().await;
                limiter.sweep();
            }
        });
    }

    /// Looks after the connection to Redis: finds out when it is gone, and when it is back.
    pub(super) fn look_after(&mut self, redis: Redis) {
        self.0.spawn(async move { redis.run().await });
    }

    pub(super) fn keep_up(&mut self, metrics: Metrics) {
        self.0.spawn(async move {
            let mut pause = interval(UPKEEP);
            loop {
                pause.tick().await;
                metrics.keep_up();
            }
        });
    }
}

async fn remove_expired(housekeeping: &Housekeeping) {
    loop {
        match housekeeping.remove_expired().await {
            Ok(0) => return,
            Ok(_) => tokio::time::sleep(BREATH).await,
            Err(error) => {
                warn!(
                    error = chain(&error),
                    "what has expired was not removed; trying again later"
                );
                return;
            }
        }
    }
}
