//! What goes on beside the requests.

use std::{sync::Arc, time::Duration};

use basalt_adapters::memory::GovernorLimiter;
use basalt_application::Housekeeping;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::{task::JoinSet, time::interval};
use tracing::warn;

use super::{Preparation, PreparationError, chain};

/// Rows that have expired do no harm but to take space.
const HOUSEKEEPING: Duration = Duration::from_mins(1);
/// Between two batches, so that other writes get their turn.
const BREATH: Duration = Duration::from_millis(20);
/// Samples of histograms wait for it in memory.
const UPKEEP: Duration = Duration::from_secs(5);

/// Tasks that end with the value that holds them.
#[derive(Default)]
pub(super) struct Background(JoinSet<()>);

impl Background {
    pub(super) fn prepare(&mut self, preparation: Preparation, last: PreparationError) {
        self.0.spawn(preparation.keep_trying(last));
    }

    pub(super) fn keep_house(&mut self, housekeeping: Housekeeping) {
        self.0.spawn(async move {
            let mut pause = interval(HOUSEKEEPING);
            // The first tick comes at once; the start has better things to do.
            pause.tick().await;
            loop {
                pause.tick().await;
                remove_expired(&housekeeping).await;
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

    pub(super) fn keep_up(&mut self, metrics: PrometheusHandle) {
        self.0.spawn(async move {
            let mut pause = interval(UPKEEP);
            loop {
                pause.tick().await;
                metrics.run_upkeep();
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
                warn!(error = %chain(&error), "what has expired was not removed; trying again later");
                return;
            }
        }
    }
}
