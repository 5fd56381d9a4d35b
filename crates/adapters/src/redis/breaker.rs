use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use tokio::sync::Notify;

use super::refusal::CallError;

/// Failures in a row after which no more calls are made.
pub(super) const PATIENCE: u32 = 3;

/// Keeps calls from a Redis that does not answer.
pub(super) struct Breaker {
    is_open: AtomicBool,
    /// In a row.
    failures: AtomicU32,
    /// It was opened, or kept open, for want of memory.
    is_full: AtomicBool,
    /// Told when the breaker opens.
    opened: Arc<Notify>,
}

impl Breaker {
    pub(super) fn new(opened: Arc<Notify>) -> Self {
        show(false);
        Self {
            is_open: AtomicBool::new(false),
            failures: AtomicU32::new(0),
            is_full: AtomicBool::new(false),
            opened,
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.is_open.load(Ordering::Relaxed)
    }

    pub(super) fn succeeded(&self) {
        // Written to on a change only: this is the path of every request.
        if self.failures.load(Ordering::Relaxed) > 0 {
            self.failures.store(0, Ordering::Relaxed);
        }
    }

    /// Whether Redis was found to have no memory left since it was last trusted.
    pub(super) fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Relaxed)
    }

    /// After a call that may be one bad moment.
    pub(super) fn failed(&self, error: &CallError) {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed) + 1;
        if failures >= PATIENCE {
            self.open(error);
        }
    }

    /// After a call that leaves no doubt.
    pub(super) fn open(&self, error: &CallError) {
        if error.is_want_of_memory() {
            self.is_full.store(true, Ordering::Relaxed);
        }
        if !self.is_open.swap(true, Ordering::Relaxed) {
            show(true);
            tracing::warn!(
                "{}; limits are counted and pages kept in this process alone",
                error.trouble()
            );
            self.opened.notify_one();
        }
    }

    pub(super) fn close(&self) {
        self.failures.store(0, Ordering::Relaxed);
        self.is_full.store(false, Ordering::Relaxed);
        if self.is_open.swap(false, Ordering::Relaxed) {
            show(false);
            tracing::info!("Redis answers and takes writes again");
        }
    }
}

fn show(is_open: bool) {
    metrics::gauge!("basalt_breaker_open", "part" => "redis").set(f64::from(u8::from(is_open)));
}
