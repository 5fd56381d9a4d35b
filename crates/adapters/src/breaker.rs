//! Whether a server can be asked. Calls to one that is known to be away fail at once.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicU8, Ordering},
};

use metrics::gauge;

/// A call goes through unless it is open.
const CLOSED: u8 = 0;
/// A call went wrong, and a probe is finding out why. Calls go on: the reason may be no more than
/// load, or a statement that takes long.
const DOUBTED: u8 = 1;
/// The probe went wrong too.
const OPEN: u8 = 2;
/// The server answers, and takes no writes.
const READ_ONLY: u8 = 3;

/// Knows whether a server is away. A call that goes wrong only raises the doubt; what is true, a
/// probe decides.
pub(crate) struct Breaker {
    /// What metrics call the server.
    part: &'static str,
    state: AtomicU8,
    /// A call was answered since the doubt was raised, or since this was last asked.
    answered: AtomicBool,
    /// Why the last probe went wrong.
    reason: Mutex<String>,
}

impl Breaker {
    /// Closed, as long as nothing goes wrong.
    pub(crate) fn new(part: &'static str) -> Self {
        let breaker = Self {
            part,
            state: AtomicU8::new(CLOSED),
            answered: AtomicBool::new(false),
            reason: Mutex::default(),
        };
        breaker.show(false);
        breaker
    }

    /// Why it is open; `None` while it is not.
    pub(crate) fn why_open(&self) -> Option<String> {
        self.is_open().then(|| self.reason().clone())
    }

    /// True while nothing is known to be wrong.
    pub(crate) fn is_closed(&self) -> bool {
        self.state.load(Ordering::Acquire) == CLOSED
    }

    pub(crate) fn is_open(&self) -> bool {
        self.state.load(Ordering::Acquire) == OPEN
    }

    /// True while reads go through and writes don't.
    pub(crate) fn is_read_only(&self) -> bool {
        self.state.load(Ordering::Acquire) == READ_ONLY
    }

    /// True while nobody knows yet what went wrong.
    pub(crate) fn is_doubted(&self) -> bool {
        self.state.load(Ordering::Acquire) == DOUBTED
    }

    /// True for the one that has to probe now; false while somebody does.
    pub(crate) fn doubt(&self) -> bool {
        let doubted =
            self.state.compare_exchange(CLOSED, DOUBTED, Ordering::AcqRel, Ordering::Acquire);
        if doubted.is_ok() {
            self.answered.store(false, Ordering::Release);
        }
        doubted.is_ok()
    }

    /// After a call that went well.
    pub(crate) fn note_answer(&self) {
        // Written to while there is a doubt only: this is the path of every call.
        if self.state.load(Ordering::Relaxed) != CLOSED {
            self.answered.store(true, Ordering::Release);
        }
    }

    /// Whether a call went well since the doubt was raised, or since this was last asked. Then a
    /// probe that went wrong was too slow, and the server is not away.
    pub(crate) fn was_answered(&self) -> bool {
        self.answered.swap(false, Ordering::AcqRel)
    }

    /// After a probe that went wrong. True for the first of them.
    pub(crate) fn open(&self, reason: String) -> bool {
        *self.reason() = reason;
        self.show(true);
        self.state.swap(OPEN, Ordering::AcqRel) != OPEN
    }

    /// After a probe that went well, of a server that takes no writes. True for the first of them.
    pub(crate) fn refuse_writes(&self) -> bool {
        self.show(false);
        self.state.swap(READ_ONLY, Ordering::AcqRel) != READ_ONLY
    }

    /// After a probe that went well. True when it was open.
    pub(crate) fn close(&self) -> bool {
        self.show(false);
        self.state.swap(CLOSED, Ordering::AcqRel) == OPEN
    }

    fn show(&self, is_open: bool) {
        gauge!("basalt_breaker_open", "part" => self.part).set(f64::from(u8::from(is_open)));
    }

    fn reason(&self) -> MutexGuard<'_, String> {
        self.reason.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubt_lets_calls_through_and_makes_one_probe() {
        let breaker = Breaker::new("database");
        assert!(breaker.doubt());
        assert!(!breaker.is_open());
        assert!(!breaker.doubt());
        breaker.close();
        assert!(breaker.doubt());
    }

    #[test]
    fn an_answer_counts_once_and_only_when_it_came_after_the_doubt() {
        let breaker = Breaker::new("database");
        breaker.note_answer();
        assert!(breaker.doubt());
        assert!(!breaker.was_answered());
        breaker.note_answer();
        assert!(breaker.was_answered());
        assert!(!breaker.was_answered());
    }

    #[test]
    fn it_is_open_from_the_first_probe_that_goes_wrong_to_one_that_goes_well() {
        let breaker = Breaker::new("database");
        assert!(breaker.doubt());
        assert!(breaker.open(String::new()));
        assert!(!breaker.open(String::new()));
        assert!(breaker.is_open());
        assert!(!breaker.doubt());
        assert!(breaker.close());
        assert!(!breaker.close());
        assert!(!breaker.is_open());
    }

    #[test]
    fn a_server_that_takes_no_writes_is_asked_for_reads_until_it_is_away_or_well() {
        let breaker = Breaker::new("database");
        assert!(breaker.doubt());
        assert!(breaker.is_doubted());
        assert!(breaker.refuse_writes());
        assert!(!breaker.refuse_writes());
        assert!(breaker.is_read_only() && !breaker.is_open() && !breaker.is_doubted());
        assert!(!breaker.doubt(), "somebody probes");
        assert!(breaker.open(String::new()));
        assert!(!breaker.is_read_only());
        breaker.close();
        assert!(!breaker.is_read_only() && !breaker.is_open());
    }
}
