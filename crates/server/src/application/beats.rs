//! Whether the threads that serve requests still move.

use std::{
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::time::{Instant, interval};
use tracing::{error, info};

const PERIOD: Duration = Duration::from_secs(1);
/// Load makes a beat late by a fraction of a second. Whoever has not beaten for so long waits for
/// something that does not come, or goes round in circles.
const STUCK: Duration = Duration::from_secs(30);

/// The last beat of each worker. Clones share them.
#[derive(Clone)]
pub(super) struct Beats {
    since: Instant,
    workers: Arc<Mutex<Vec<Worker>>>,
}

struct Worker {
    /// Of its thread, as tools of the system show it.
    name: Arc<str>,
    /// Weak, so that a worker that has ended is not waited for.
    last: Weak<AtomicU64>,
}

impl Beats {
    pub(super) fn new() -> Self {
        Self { since: Instant::now(), workers: Arc::default() }
    }

    /// Lets the thread that calls this beat as long as its runtime runs.
    pub(super) fn begin(&self) {
        let (beats, last) = (self.clone(), self.join());
        tokio::spawn(async move {
            let mut pause = interval(PERIOD);
            loop {
                pause.tick().await;
                last.store(beats.now(), Ordering::Relaxed);
            }
        });
    }

    /// One more whose beats are expected, as long as the value is held.
    fn join(&self) -> Arc<AtomicU64> {
        let last = Arc::new(AtomicU64::new(self.now()));
        self.workers().push(Worker {
            name: thread::current().name().unwrap_or("unnamed").into(),
            last: Arc::downgrade(&last),
        });
        last
    }

    /// Tells when a worker is stuck, and when none is any more. Never returns.
    pub(super) async fn watch(self) {
        let mut pause = interval(PERIOD);
        let mut silent_since = None;
        loop {
            pause.tick().await;
            silent_since = self.tell(silent_since);
        }
    }

    /// Tells what has changed. Since when a worker that is stuck is silent.
    fn tell(&self, silent_since: Option<u64>) -> Option<u64> {
        let latest = self.latest();
        let stuck = latest.filter(|(last, _)| self.silence(*last) >= STUCK);
        match (silent_since, stuck) {
            (None, Some((last, worker))) => {
                let silent_ms = self.now().saturating_sub(last);
                error!(%worker, silent_ms, "not live: a thread that serves requests is stuck");
                Some(last)
            }
            (Some(since), None) => {
                let after_ms = self.now().saturating_sub(since);
                info!(after_ms, "live: no thread is stuck any more");
                None
            }
            _ => silent_since,
        }
    }

    /// How long ago the worker that is latest has beaten.
    pub(super) fn oldest(&self) -> Duration {
        let latest = self.latest();
        latest.map_or(Duration::ZERO, |(last, _)| self.silence(last))
    }

    /// The last beat of the worker that is latest, and its name.
    fn latest(&self) -> Option<(u64, Arc<str>)> {
        let mut workers = self.workers();
        workers.retain(|worker| worker.last.strong_count() > 0);
        let beats = workers.iter().filter_map(|worker| {
            let last = worker.last.upgrade()?.load(Ordering::Relaxed);
            Some((last, Arc::clone(&worker.name)))
        });
        beats.min()
    }

    fn silence(&self, last: u64) -> Duration {
        Duration::from_millis(self.now().saturating_sub(last))
    }

    /// True when a worker does not move any more.
    pub(super) fn is_one_stuck(&self) -> bool {
        self.oldest() >= STUCK
    }

    fn workers(&self) -> std::sync::MutexGuard<'_, Vec<Worker>> {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;
    use crate::telemetry::written::Written;

    #[tokio::test(start_paused = true)]
    async fn a_thread_that_runs_its_tasks_is_not_stuck_however_long_it_lives() {
        let beats = Beats::new();
        beats.begin();
        sleep(Duration::from_hours(1)).await;
        assert!(beats.oldest() <= PERIOD);
        assert!(!beats.is_one_stuck());
    }

    #[tokio::test(start_paused = true)]
    async fn a_thread_that_has_not_beaten_for_thirty_seconds_is_stuck_until_it_does() {
        let beats = Beats::new();
        // Another one is well.
        beats.begin();
        let last = beats.join();
        sleep(Duration::from_secs(29)).await;
        assert!(!beats.is_one_stuck());
        sleep(Duration::from_secs(1)).await;
        assert!(beats.is_one_stuck());
        last.store(beats.now(), Ordering::Relaxed);
        assert!(!beats.is_one_stuck());
    }

    #[tokio::test(start_paused = true)]
    async fn a_thread_that_has_ended_is_not_waited_for() {
        let beats = Beats::new();
        let worker = beats.clone();
        let ended = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            runtime.block_on(async { worker.begin() });
        });
        ended.join().unwrap();
        sleep(STUCK * 2).await;
        assert!(!beats.is_one_stuck());
    }

    #[tokio::test(start_paused = true)]
    async fn a_worker_that_is_stuck_is_told_once_and_so_is_its_return() {
        let written = Written::default();
        let _log = tracing::subscriber::set_default(written.log());
        let beats = Beats::new();
        tokio::spawn(beats.clone().watch());
        beats.begin();
        let last = beats.join();
        sleep(Duration::from_secs(29)).await;
        assert_eq!(written.objects(), [] as [serde_json::Value; 0]);
        sleep(Duration::from_millis(60_500)).await;
        let told = written.objects();
        assert_eq!(told.len(), 1, "{told:#?}");
        assert_eq!(told[0]["level"], "ERROR");
        let name = thread::current().name().map(str::to_owned);
        assert_eq!(told[0]["worker"].as_str(), name.as_deref());
        assert_eq!(told[0]["silent_ms"], 30_000);
        last.store(beats.now(), Ordering::Relaxed);
        sleep(Duration::from_secs(20)).await;
        let told = written.objects();
        assert_eq!(told.len(), 2, "{told:#?}");
        assert_eq!(told[1]["level"], "INFO");
        assert_eq!(told[1]["after_ms"], 90_000);
    }
}
