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

use super::inbound::Inbound;

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
    /// What the HTTP contract promises, with the parts that are configured.
    pub const fn promised(idle: Duration, write: Duration) -> Self {
        Self { head: Duration::from_secs(5), idle, write }
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
    /// The answer is out, and the end of its request's body is not in yet.
    Rest,
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
    /// The service is done with the present request.
    answered: Cell<bool>,
    /// There is more of an announced body than the dispatcher has got.
    is_unread: Cell<bool>,
    /// The service wants no more of the present body.
    forgone: Cell<bool>,
    /// Nothing more will be read.
    ended: Cell<bool>,
}

impl Activity {
    pub(super) fn new(timeouts: Timeouts, drain: Drain) -> Self {
        Self {
            phase: Cell::new(Phase::Connected),
            deadline: Cell::new(Instant::now() + timeouts.head),
            answered: Cell::new(false),
            is_unread: Cell::new(false),
            forgone: Cell::new(false),
            ended: Cell::new(false),
            timeouts,
            drain,
        }
    }

    // What the service says.

    /// The present body is of no more interest. True when the dispatcher has got its end, or
    /// won't: else the stream has to be read once more.
    pub(super) fn forgo_body(&self) -> bool {
        self.forgone.set(self.is_unread.get());
        !self.forgone.get()
    }

    /// The whole answer has been handed over.
    pub(super) fn answer_handed_over(&self) {
        self.answered.set(true);
    }

    /// True when the answer that is made now is the last.
    pub(super) fn is_last(&self) -> bool {
        self.ended.get() || self.drain.begun()
    }

    // What the stream says.

    /// A head has been handed over.
    pub(super) fn request_began(&self) {
        self.phase.set(Phase::Exchange);
    }

    /// The dispatcher has got so much of the request.
    pub(super) fn request_went_on(&self, inbound: &Inbound) {
        self.is_unread.set(inbound.is_unread());
    }

    /// The dispatcher was told that nothing more comes.
    pub(super) fn end(&self) {
        self.is_unread.set(false);
        self.ended.set(true);
    }

    /// Whether the service wants no more of the body, told once.
    pub(super) fn take_forgone(&self) -> bool {
        self.forgone.take()
    }

    /// All that was answered has been written. True when an exchange is over with it.
    pub(super) fn all_written(&self, inbound: &Inbound) -> bool {
        let is_over = self.answered.take();
        if is_over {
            self.after_exchange(inbound);
        }
        is_over
    }

    /// Bytes have come or gone outside of an exchange.
    pub(super) fn moved(&self, inbound: &Inbound) {
        match self.phase.get() {
            Phase::Connected if inbound.has_begun() => self.phase.set(Phase::Head),
            Phase::Idle if inbound.has_begun() => self.wait(Phase::Head, self.timeouts.head),
            Phase::Rest if !inbound.is_in_request() => self.after_exchange(inbound),
            _ => {}
        }
    }

    fn after_exchange(&self, inbound: &Inbound) {
        if inbound.is_in_request() {
            self.wait(Phase::Rest, self.timeouts.head);
        } else if inbound.has_begun() {
            self.wait(Phase::Head, self.timeouts.head);
        } else {
            self.wait(Phase::Idle, self.timeouts.idle);
        }
    }

    /// When the connection has kept us waiting too long; `None` while a request is served.
    pub(super) fn deadline(&self) -> Option<Instant> {
        (!self.is_in_exchange()).then(|| self.deadline.get())
    }

    /// True when a head has begun and is not complete.
    pub(super) fn is_in_head(&self) -> bool {
        self.phase.get() == Phase::Head
    }

    /// True while a request is served.
    pub(super) fn is_in_exchange(&self) -> bool {
        self.phase.get() == Phase::Exchange
    }

    /// True when nothing is lost by closing now, and the process is going to stop.
    pub(super) fn may_go(&self) -> bool {
        matches!(self.phase.get(), Phase::Connected | Phase::Idle) && self.drain.begun()
    }

    fn wait(&self, phase: Phase, at_most: Duration) {
        self.phase.set(phase);
        self.deadline.set(Instant::now() + at_most);
    }
}
