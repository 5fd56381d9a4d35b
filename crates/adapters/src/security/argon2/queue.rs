//! Who may wait for a hash, by how long that would be.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use metrics::{counter, gauge};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What a hash is expected to take before one was made: OWASP's parameters on a common core.
const FIRST_GUESS: Duration = Duration::from_millis(40);
/// How much a new measurement weighs against what was measured before: one in so many.
const MEMORY: u32 = 8;

/// Permits to hash, and a queue before them that is bounded by the wait in it.
pub(super) struct Queue {
    /// One for each hash that is made.
    permits: Arc<Semaphore>,
    count: u32,
    max_wait: Duration,
    state: Mutex<State>,
}

struct State {
    /// Those for whom a hash is made, and those who wait.
    inside: u32,
    /// What a hash has taken of late.
    pace: Duration,
}

/// A place in the queue, and after it among those that hash. Given back when dropped.
pub(super) struct Place(Arc<Queue>);

impl Queue {
    pub(super) fn new(permits: usize, max_wait: Duration) -> Arc<Self> {
        let permits = permits.max(1);
        let queue = Self {
            permits: Arc::new(Semaphore::new(permits)),
            count: u32::try_from(permits).unwrap_or(u32::MAX),
            max_wait,
            state: Mutex::new(State { inside: 0, pace: FIRST_GUESS }),
        };
        // Metrics are there from the first moment on: what is absent can't be told from nothing.
        counter!("basalt_hash_refusals_total").increment(0);
        queue.report(&queue.state());
        Arc::new(queue)
    }

    /// A place, unless the wait for a permit would be too long.
    pub(super) fn enter(self: &Arc<Self>) -> Option<Place> {
        let mut state = self.state();
        if self.wait(&state) > self.max_wait {
            counter!("basalt_hash_refusals_total").increment(1);
            return None;
        }
        state.inside += 1;
        self.report(&state);
        Some(Place(Arc::clone(self)))
    }

    /// How long the next one would wait.
    fn wait(&self, state: &State) -> Duration {
        // Of those inside so many have to be done before a permit is free, `count` at a time.
        let before = (state.inside + 1).saturating_sub(self.count);
        state.pace * before / self.count
    }

    fn report(&self, state: &State) {
        gauge!("basalt_hash_queue_length").set(state.inside);
        gauge!("basalt_hash_queue_wait_seconds").set(self.wait(state).as_secs_f64());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn measured(&self, took: Duration) {
        let mut state = self.state();
        state.pace = (state.pace * (MEMORY - 1) + took) / MEMORY;
    }
}

impl Place {
    /// Waits for a permit; those that came earlier get theirs first. With it the work may begin.
    pub(super) async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        // It is never closed.
        Arc::clone(&self.0.permits).acquire_owned().await.ok()
    }

    /// Does the work, and remembers how long it takes.
    pub(super) fn work<T>(&self, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let done = work();
        self.0.measured(start.elapsed());
        done
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.inside -= 1;
        self.0.report(&state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entered(queue: &Arc<Queue>) -> Vec<Place> {
        std::iter::from_fn(|| queue.enter()).take(10_000).collect()
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn as_many_wait_as_are_served_within_the_time() {
        // 40 ms a hash: one after the other 25 in a second, and two by two 50.
        assert_eq!(entered(&Queue::new(1, SECOND)).len(), 1 + 25);
        assert_eq!(entered(&Queue::new(2, SECOND)).len(), 2 + 50);
        assert_eq!(entered(&Queue::new(1, 2 * SECOND)).len(), 1 + 50);
    }

    #[test]
    fn whoever_would_not_wait_is_never_refused() {
        assert_eq!(entered(&Queue::new(4, Duration::ZERO)).len(), 4);
        let queue = Queue::new(4, Duration::ZERO);
        queue.measured(100 * SECOND);
        assert_eq!(entered(&queue).len(), 4);
    }

    #[test]
    fn the_slower_hashes_are_the_fewer_wait() {
        let queue = Queue::new(1, SECOND);
        for _ in 0..100 {
            queue.measured(Duration::from_millis(200));
        }
        // Five of 200 ms, or four while the average is a little over it.
        assert!((1 + 4..=1 + 5).contains(&entered(&queue).len()));
        for _ in 0..100 {
            queue.measured(Duration::from_millis(10));
        }
        assert!((1 + 99..=1 + 100).contains(&entered(&queue).len()));
    }

    #[test]
    fn one_slow_hash_says_little() {
        let queue = Queue::new(1, SECOND);
        queue.measured(SECOND);
        // (7 × 40 ms + 1 s) / 8 = 160 ms.
        assert_eq!(entered(&queue).len(), 1 + 6);
        for _ in 0..30 {
            queue.measured(Duration::from_millis(40));
        }
        assert!(entered(&queue).len() > 1 + 16);
    }

    #[test]
    fn a_place_that_is_given_back_is_free() {
        let queue = Queue::new(1, Duration::ZERO);
        let place = queue.enter();
        assert!(place.is_some() && queue.enter().is_none());
        drop(place);
        assert!(queue.enter().is_some());
    }
}
