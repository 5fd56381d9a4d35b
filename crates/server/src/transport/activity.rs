//! What one connection is doing, and until when it may.

use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// How long a connection may keep us waiting.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// From the first byte of a head, or from the connect, to its end.
    pub head: Duration,
    /// From the end of an answer to the first byte of the next head.
    pub idle: Duration,
    /// Without a byte of ours being taken.
    pub write: Duration,
}

impl Timeouts {
    /// What the HTTP contract promises, with the part that is configured.
    pub const fn promised(write: Duration) -> Self {
        Self {
            head: Duration::from_secs(5),
            idle: Duration::from_secs(15),
            write,
        }
    }

    /// The shortest: how often a connection has to look at the clock.
    pub(super) fn shortest(&self) -> Duration {
        self.head.min(self.idle).min(self.write)
    }
}

/// Tells every connection that the process is going to stop.
#[derive(Clone, Default)]
pub struct Drain {
    /// Beside the token, whose own look-up takes a lock: this one is read for each answer.
    begun: Arc<AtomicBool>,
    token: CancellationToken,
}

impl Drain {
    /// From now on idle connections close and answers are the last of theirs.
    pub fn begin(&self) {
        self.begun.store(true, Ordering::Release);
        self.token.cancel();
    }

    /// Whether it has begun.
    pub fn begun(&self) -> bool {
        self.begun.load(Ordering::Acquire)
    }

    pub(super) fn wait(&self) -> WaitForCancellationFutureOwned {
        self.token.clone().cancelled_owned()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing has come yet.
    Connected,
    /// A head has begun.
    Head,
    /// A request is being served. Its own timeouts stand over it.
    Exchange,
    /// Between two requests.
    Idle,
}

/// What a connection is doing. The stream and the service on it share one; both live on the same
/// thread.
pub(super) struct Activity {
    timeouts: Timeouts,
    drain: Drain,
    phase: Cell<Phase>,
    deadline: Cell<Instant>,
    /// The bytes read last ended a head.
    at_head_end: Cell<bool>,
    /// Bytes after the present request were read with it: the next head has begun.
    next_has_begun: Cell<bool>,
}

impl Activity {
    pub(super) fn new(timeouts: Timeouts, drain: Drain) -> Self {
        Self {
            phase: Cell::new(Phase::Connected),
            deadline: Cell::new(Instant::now() + timeouts.head),
            at_head_end: Cell::new(false),
            next_has_begun: Cell::new(false),
            timeouts,
            drain,
        }
    }

    /// The stream has read `chunk`.
    pub(super) fn bytes_arrived(&self, chunk: &[u8]) {
        let ends_head = chunk.ends_with(b"\n\r\n") || chunk.ends_with(b"\n\n");
        self.at_head_end.set(ends_head);
        match self.phase.get() {
            Phase::Connected => self.phase.set(Phase::Head),
            Phase::Idle => self.wait(Phase::Head, self.timeouts.head),
            Phase::Head | Phase::Exchange => {}
        }
    }

    /// The service has got a request.
    pub(super) fn request_arrived(&self, has_body: bool) {
        self.next_has_begun
            .set(!has_body && !self.at_head_end.get());
        self.phase.set(Phase::Exchange);
    }

    /// The whole answer has been handed over.
    pub(super) fn answer_handed_over(&self) {
        if self.next_has_begun.get() {
            self.wait(Phase::Head, self.timeouts.head);
        } else {
            self.wait(Phase::Idle, self.timeouts.idle);
        }
    }

    /// A slow client has taken bytes: what it was slow with is not counted as idle.
    pub(super) fn bytes_taken(&self) {
        if self.phase.get() == Phase::Idle {
            self.wait(Phase::Idle, self.timeouts.idle);
        }
    }

    /// When the connection has kept us waiting too long; `None` while a request is served.
    pub(super) fn deadline(&self) -> Option<Instant> {
        (self.phase.get() != Phase::Exchange).then(|| self.deadline.get())
    }

    /// True when a head has begun and is not complete.
    pub(super) fn is_in_head(&self) -> bool {
        self.phase.get() == Phase::Head
    }

    /// True when nothing is lost by closing now, and the process is going to stop.
    pub(super) fn may_go(&self) -> bool {
        matches!(self.phase.get(), Phase::Connected | Phase::Idle) && self.drain.begun()
    }

    /// True when the next answer is to be the last.
    pub(super) fn is_draining(&self) -> bool {
        self.drain.begun()
    }

    fn wait(&self, phase: Phase, at_most: Duration) {
        self.phase.set(phase);
        self.deadline.set(Instant::now() + at_most);
    }
}
