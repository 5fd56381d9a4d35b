//! What a [`Clock`] promises.

use std::sync::Arc;

use basalt_domain::ports::Clock;

crate::suite::promises! {
    /// One test for each promise of a `Clock` that tells the real time. Takes an async function
    /// or closure that gives an `Arc<dyn Clock>`.
    clock_tests, clock(Arc<dyn Clock>);
    telling {
        the_clock_tells_the_machines_time,
        the_clock_moves,
    }
}

mod telling {
    use std::{
        sync::Arc,
        time::{Duration, SystemTime, UNIX_EPOCH},
    };

    use basalt_domain::ports::Clock;

    #[allow(
        clippy::disallowed_methods,
        reason = "the clock under test is compared with the machine's"
    )]
    fn machine_micros() -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let micros = since.expect("the machine's year is after 1970").as_micros();
        i64::try_from(micros).expect("a moment within the calendar")
    }

    pub(super) async fn the_clock_tells_the_machines_time(clock: Arc<dyn Clock>) {
        let before = machine_micros();
        let told = clock.now().as_micros();
        let after = machine_micros();
        assert!(
            (before..=after).contains(&told),
            "the clock must tell the present moment, cut to microseconds: {before} {told} {after}"
        );
    }

    pub(super) async fn the_clock_moves(clock: Arc<dyn Clock>) {
        let start = std::time::Instant::now();
        let first = clock.now();
        while clock.now() == first {
            assert!(start.elapsed() < Duration::from_secs(1), "the clock must not stand still");
        }
    }
}
