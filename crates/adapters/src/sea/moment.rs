//! When something last happened.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// The last moment at which something happened. Clones share it.
#[derive(Clone)]
pub(super) struct LastMoment {
    begun: Instant,
    /// In microseconds after `begun`; 0 for never.
    at: Arc<AtomicU64>,
}

impl LastMoment {
    pub(super) fn never() -> Self {
        Self { begun: Instant::now(), at: Arc::default() }
    }

    /// It happens now.
    pub(super) fn note(&self) {
        self.at.fetch_max(self.now().max(1), Ordering::AcqRel);
    }

    /// Whether it happened in the last `span`: also, whether what is of this age was there by then.
    pub(super) fn is_within(&self, span: Duration) -> bool {
        // Looked at for each call: the clock is not asked where nothing ever happened.
        let at = self.at.load(Ordering::Acquire);
        at > 0 && self.now().saturating_sub(micros(span)) <= at
    }

    fn now(&self) -> u64 {
        micros(self.begun.elapsed())
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_within_longer_spans_and_not_within_shorter_ones() {
        let last = LastMoment::never();
        assert!(!last.is_within(Duration::from_secs(9)));
        last.note();
        assert!(last.is_within(Duration::from_millis(500)));
        assert!(last.is_within(Duration::from_secs(9)));
        let noted = last.now();
        while last.now() == noted {}
        assert!(!last.is_within(Duration::ZERO));
    }
}
