//! Which connections are not to be used any more.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// The last moment at which a connection turned out to be of no use. What befell one has most often
/// befallen all that were there: the server was started again, a table has changed under its
/// prepared statements, the name leads to another server. Those that were made before are replaced
/// when it is their turn, whoever comes first. Clones share it.
#[derive(Clone)]
pub(super) struct Outdated {
    begun: Instant,
    /// In microseconds after `begun`; 0 for never.
    until: Arc<AtomicU64>,
}

impl Outdated {
    pub(super) fn none() -> Self {
        Self { begun: Instant::now(), until: Arc::default() }
    }

    /// All that are there now.
    pub(super) fn all(&self) {
        self.until.fetch_max(self.now().max(1), Ordering::AcqRel);
    }

    /// Whether a connection of this age is one of them.
    pub(super) fn has(&self, age: Duration) -> bool {
        // Looked at for each call: the clock is not asked where nothing ever happened.
        let until = self.until.load(Ordering::Acquire);
        until > 0 && self.now().saturating_sub(micros(age)) <= until
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
    fn connections_from_before_are_outdated_and_later_ones_are_not() {
        let outdated = Outdated::none();
        assert!(!outdated.has(Duration::from_secs(9)));
        outdated.all();
        assert!(outdated.has(Duration::from_millis(500)));
        assert!(outdated.has(Duration::from_secs(9)));
        let marked = outdated.now();
        while outdated.now() == marked {}
        assert!(!outdated.has(Duration::ZERO));
    }
}
