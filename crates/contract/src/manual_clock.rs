use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use basalt_domain::{Timestamp, ports::Clock};

/// A clock that stands still until it is told to move, for adapters that take a [`Clock`] and for
/// whoever tests with one.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// A clock that stands at `now`.
    pub const fn at(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Moves the clock on by `step`.
    pub fn advance(&self, step: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.plus(step);
    }
}

impl Default for ManualClock {
    /// Stands at a moment in January 2026.
    fn default() -> Self {
        Self::at(crate::samples::at(0))
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
