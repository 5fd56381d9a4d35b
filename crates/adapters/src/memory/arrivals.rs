//! The state of a limiter: one time for each key.

use std::sync::{
    Mutex,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};

use basalt_domain::LimitKey;
use dashmap::DashMap;

/// Below this many keys nothing is swept: they take less than half a megabyte.
const FEW: usize = 4_096;
/// The most keys that are remembered, about 20 MB. Whoever has the addresses to bring more than
/// this many within one window makes us forget those that are nearest to having all their units.
const MOST: usize = 200_000;

/// The arrival time of each key, in nanoseconds since the limiter began. 0 is a key that was never
/// seen; a time in the past is a key with all its units, which may be forgotten.
pub(super) struct Arrivals {
    times: DashMap<LimitKey, AtomicU64>,
    /// Keys that may still be added before the next sweep.
    room: AtomicUsize,
    /// Held by the one who sweeps.
    sweeping: Mutex<()>,
}

impl Default for Arrivals {
    fn default() -> Self {
        Self { times: DashMap::new(), room: AtomicUsize::new(FEW), sweeping: Mutex::new(()) }
    }
}

impl Arrivals {
    /// Does `work` with the time of `key`, which can't be forgotten meanwhile.
    pub(super) fn with<T>(
        &self,
        key: &LimitKey,
        now: u64,
        work: impl FnOnce(&AtomicU64) -> T,
    ) -> T {
        if let Some(time) = self.times.get(key) {
            return work(&time);
        }
        self.make_room(now);
        let time = self.times.entry(key.clone()).or_default();
        work(&time)
    }

    /// Makes the time of `key` earlier by `span`, if it is known.
    pub(super) fn bring_forward(&self, key: &LimitKey, span: u64) {
        if let Some(time) = self.times.get(key) {
            let earlier = |time: u64| Some(time.saturating_sub(span));
            // Never an error: the closure always has a next value.
            let _ = time.fetch_update(Ordering::AcqRel, Ordering::Acquire, earlier);
        }
    }

    /// Counts a new key, and sweeps when as many were added as there were before: the work of a
    /// sweep is then spread over the keys that made it necessary.
    fn make_room(&self, now: u64) {
        let take_one = |room: usize| room.checked_sub(1);
        let room = self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take_one);
        if room.is_err() {
            self.sweep(now);
        }
    }

    /// Forgets the keys that have all their units at `now`, and more where there are too many.
    pub(super) fn sweep(&self, now: u64) {
        let Ok(_alone) = self.sweeping.try_lock() else {
            return;
        };
        self.forget_until(now);
        if self.times.len() >= MOST {
            self.forget_until(self.median());
        }
        let left = self.times.len();
        self.room.store(left.max(FEW).min(MOST - left.min(MOST)), Ordering::Relaxed);
        if self.times.capacity() > 4 * left.max(FEW) {
            self.times.shrink_to_fit();
        }
    }

    fn forget_until(&self, moment: u64) {
        self.times.retain(|_, time| *time.get_mut() > moment);
    }

    fn median(&self) -> u64 {
        let mut times: Vec<u64> =
            self.times.iter().map(|entry| entry.load(Ordering::Relaxed)).collect();
        let middle = times.len() / 2;
        match times.get(middle) {
            Some(_) => *times.select_nth_unstable(middle).1,
            None => 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.times.len()
    }
}
