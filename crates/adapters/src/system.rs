//! The real clock and real ids: the only place where the machine's time is read and ids are made.

use std::time::{SystemTime, UNIX_EPOCH};

use basalt_domain::{
    Timestamp,
    ports::{Clock, Ids},
};
use uuid::Uuid;

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    /// # Panics
    /// When the machine's calendar is before 1970 or beyond the year 262,000: no timestamp could
    /// be stored then.
    #[allow(clippy::disallowed_methods, reason = "this is where the port reads the machine's time")]
    fn now(&self) -> Timestamp {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .ok()
            .and_then(|since| i64::try_from(since.as_micros()).ok())
            .and_then(Timestamp::from_micros)
            .expect("the machine's clock is set to a year that timestamps reach")
    }
}

/// `UUIDv7` ids. Within the process each is greater than all made before, also within one
/// millisecond and while the clock is set back; between processes the order is that of the clocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct UuidV7Ids;

impl Ids for UuidV7Ids {
    #[allow(clippy::disallowed_methods, reason = "this is where the port makes ids")]
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_tells_a_time_of_this_century_and_does_not_stand_still_for_long() {
        let first = SystemClock.now();
        assert!((2024..2100).contains(&first.to_rfc3339()[..4].parse().unwrap()));
        let later =
            std::iter::repeat_with(|| SystemClock.now()).take(10_000_000).find(|now| *now > first);
        assert!(later.is_some());
    }

    #[test]
    fn ids_are_version_seven_and_sort_by_the_order_they_were_made_in() {
        let ids: Vec<Uuid> = (0..10_000).map(|_| UuidV7Ids.next()).collect();
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
        assert!(ids.is_sorted_by(|earlier, later| earlier < later));
    }

    #[test]
    fn threads_never_get_the_same_id() {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                std::thread::spawn(|| (0..2_500).map(|_| UuidV7Ids.next()).collect::<Vec<_>>())
            })
            .collect();
        let mut ids: Vec<_> = threads.into_iter().flat_map(|t| t.join().unwrap()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 10_000);
    }
}
