//! Whether the threads that serve requests still move.

use std::{
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::{Instant, interval};

const PERIOD: Duration = Duration::from_secs(1);
/// Load makes a beat late by a fraction of a second. Whoever has not beaten for so long waits for
/// something that does not come, or goes round in circles.
const STUCK: Duration = Duration::from_secs(30);

/// The last beat of each worker. Clones share them.
#[derive(Clone)]
pub(super) struct Beats {
    since: Instant,
    /// Weak, so that a worker that has ended is not waited for.
    workers: Arc<Mutex<Vec<Weak<AtomicU64>>>>,
}

impl Beats {
    pub(super) fn new() -> Self {
        Self {
            since: Instant::now(),
            workers: Arc::default(),
        }
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
        self.workers().push(Arc::downgrade(&last));
        last
    }

    /// How long ago the worker that is latest has beaten.
    pub(super) fn oldest(&self) -> Duration {
        let mut workers = self.workers();
        workers.retain(|worker| worker.strong_count() > 0);
        let beats = workers.iter().filter_map(Weak::upgrade);
        let oldest = beats.map(|last| last.load(Ordering::Relaxed)).min();
        let oldest = oldest.map_or(0, |last| self.now().saturating_sub(last));
        Duration::from_millis(oldest)
    }

    /// True when a worker does not move any more.
    pub(super) fn is_one_stuck(&self) -> bool {
        self.oldest() >= STUCK
    }

    fn workers(&self) -> std::sync::MutexGuard<'_, Vec<Weak<AtomicU64>>> {
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
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build()
                .unwrap();
            runtime.block_on(async { worker.begin() });
        });
        ended.join().unwrap();
        sleep(STUCK * 2).await;
        assert!(!beats.is_one_stuck());
    }
}
