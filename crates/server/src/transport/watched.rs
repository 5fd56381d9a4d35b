//! A stream that closes when its client keeps us waiting.

use std::{
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep_until},
};
use tokio_util::{sync::WaitForCancellationFutureOwned, task::task_tracker::TaskTrackerToken};

use super::activity::{Activity, Drain, Timeouts};

/// For a head that did not arrive in time. There is no request yet that an envelope could name.
const HEAD_TIMEOUT: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// A connection under watch.
///
/// One timer serves all its deadlines. It is set for at most the shortest timeout ahead and looks
/// at the deadline in force when it fires, so that a request costs no timer operation: every
/// deadline is set at least that far ahead, and is never missed.
pub(super) struct Watched {
    io: TcpStream,
    activity: Rc<Activity>,
    /// Until when the client has to take a byte, while it takes none.
    stalled: Option<Instant>,
    write_timeout: Duration,
    timer: Pin<Box<Sleep>>,
    timer_period: Duration,
    /// The task is registered with timer and drain. It stays the same as long as the connection.
    registered: bool,
    drain: Pin<Box<WaitForCancellationFutureOwned>>,
    _counted: TaskTrackerToken,
}

impl Watched {
    pub(super) fn new(
        io: TcpStream,
        timeouts: Timeouts,
        drain: &Drain,
        counted: TaskTrackerToken,
    ) -> Self {
        let timer_period = timeouts.shortest();
        Self {
            io,
            activity: Rc::new(Activity::new(timeouts, drain.clone())),
            stalled: None,
            write_timeout: timeouts.write,
            timer: Box::pin(sleep_until(Instant::now() + timer_period)),
            timer_period,
            registered: false,
            drain: Box::pin(drain.wait()),
            _counted: counted,
        }
    }

    pub(super) fn activity(&self) -> Rc<Activity> {
        self.activity.clone()
    }

    /// True when the deadline in force is over. Else the task is woken in time for it.
    fn is_overdue(&mut self, cx: &mut Context<'_>) -> bool {
        if self.registered && !self.timer.is_elapsed() {
            return false;
        }
        if !self.registered {
            self.registered = true;
            // Ready or not: `Activity` knows the state, this is for being woken.
            let _ = self.drain.as_mut().poll(cx);
        }
        let now = Instant::now();
        let deadline = self.stalled.or_else(|| self.activity.deadline());
        if deadline.is_some_and(|deadline| deadline <= now) {
            return true;
        }
        let at_most = now + self.timer_period;
        let next = deadline.map_or(at_most, |deadline| deadline.min(at_most));
        self.timer.as_mut().reset(next);
        if self.timer.as_mut().poll(cx).is_ready() {
            cx.waker().wake_by_ref();
        }
        false
    }
}

fn too_slow() -> io::Error {
    io::Error::from(io::ErrorKind::TimedOut)
}

impl AsyncRead for Watched {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        match Pin::new(&mut this.io).poll_read(cx, buf) {
            Poll::Ready(Ok(())) => {
                let chunk = &buf.filled()[before..];
                if !chunk.is_empty() {
                    this.activity.bytes_arrived(chunk);
                }
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending if this.is_overdue(cx) => {
                if this.stalled.is_none() && this.activity.is_in_head() {
                    let _ = this.io.try_write(HEAD_TIMEOUT);
                }
                Poll::Ready(Err(too_slow()))
            }
            // An end of file: the dispatcher then closes in good order.
            Poll::Pending if this.activity.may_go() => Poll::Ready(Ok(())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match Pin::new(&mut this.io).poll_write(cx, buf) {
            Poll::Pending => {
                let deadline = || Instant::now() + this.write_timeout;
                this.stalled.get_or_insert_with(deadline);
                if this.is_overdue(cx) {
                    return Poll::Ready(Err(too_slow()));
                }
                Poll::Pending
            }
            written @ Poll::Ready(_) => {
                if this.stalled.take().is_some() {
                    this.activity.bytes_taken();
                }
                written
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // The dispatcher may end a pass here without having read again. The timer must go on, and
        // a connection that may go must be read once more to learn it.
        if this.is_overdue(cx) || this.activity.may_go() {
            cx.waker().wake_by_ref();
        }
        Pin::new(&mut this.io).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_shutdown(cx)
    }
}
