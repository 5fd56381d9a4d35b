//! Whether the process can do its work.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use basalt_api::{Readiness, Ready};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

use basalt_adapters::redis::Redis;

use super::deferred::DeferredStore;

/// Health is asked often, and by many: it must not become the database's load.
const KEPT: Duration = Duration::from_millis(500);
/// The database has this long to answer; the rest of 500 ms is for the way there and back.
const PATIENCE: Duration = Duration::from_millis(450);

/// Asks the database, at most once in [`KEPT`].
pub(super) struct ServerReadiness {
    store: DeferredStore,
    redis: Option<Redis>,
    draining: AtomicBool,
    last: Mutex<Option<(Instant, bool)>>,
}

impl ServerReadiness {
    pub(super) fn new(store: DeferredStore, redis: Option<Redis>) -> Self {
        Self {
            store,
            redis,
            draining: AtomicBool::new(false),
            last: Mutex::new(None),
        }
    }

    /// From now on it is not ready: the process is going to stop.
    pub(super) fn begin_to_drain(&self) {
        self.draining.store(true, Ordering::Release);
    }

    async fn database_answers(&self) -> bool {
        // Those who ask meanwhile wait for the one answer.
        let mut last = self.last.lock().await;
        if let Some((at, answers)) = *last
            && at.elapsed() < KEPT
        {
            return answers;
        }
        let ping = async { self.store.get()?.ping().await };
        let answers = matches!(timeout(PATIENCE, ping).await, Ok(Ok(())));
        *last = Some((Instant::now(), answers));
        answers
    }
}

#[async_trait]
impl Readiness for ServerReadiness {
    async fn check(&self) -> Ready {
        if self.draining.load(Ordering::Acquire) {
            return Ready::No;
        }
        match timeout(PATIENCE, self.database_answers()).await {
            // Its fallbacks do the work meanwhile.
            Ok(true) if self.redis.as_ref().is_some_and(|redis| !redis.is_up()) => {
                Ready::Degraded(vec!["redis"])
            }
            Ok(true) => Ready::Ok,
            Ok(false) | Err(_) => Ready::No,
        }
    }
}
