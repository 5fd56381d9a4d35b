//! A stream that hands over one request at a time, and closes when its client keeps us waiting.

use std::{
    io,
    mem::MaybeUninit,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    runtime::Handle,
    time::{Instant, Sleep, sleep_until},
};
use tokio_util::{sync::WaitForCancellationFutureOwned, task::task_tracker::TaskTrackerToken};

use super::{
    activity::{Activity, Drain, Timeouts},
    inbound::Inbound,
    linger::linger,
};

/// For a head that did not arrive in time. There is no request yet that an envelope could name.
const HEAD_TIMEOUT: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
/// Bytes read at once.
const READ: usize = 8 * 1024;

/// A connection under watch.
///
/// One timer serves all its deadlines. It is set for at most the shortest timeout ahead and looks
/// at the deadline in force when it fires, so that a request costs no timer operation: every
/// deadline is set at least that far ahead, and is never missed.
pub(super) struct Watched {
    /// There until it is dropped.
    io: Option<TcpStream>,
    inbound: Inbound,
    activity: Rc<Activity>,
    /// The client sends no more, or takes no more: there is nobody to close in good order for.
    is_over: bool,
    /// Until when the client has to take a byte, while it takes none.
    stalled: Option<Instant>,
    write_timeout: Duration,
    timer: Pin<Box<Sleep>>,
    timer_period: Duration,
    /// The task is registered with timer and drain. It stays the same as long as the connection.
    registered: bool,
    drain: Pin<Box<WaitForCancellationFutureOwned>>,
    counted: Option<TaskTrackerToken>,
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
            io: Some(io),
            inbound: Inbound::new(),
            activity: Rc::new(Activity::new(timeouts, drain.clone())),
            is_over: false,
            stalled: None,
            write_timeout: timeouts.write,
            timer: Box::pin(sleep_until(Instant::now() + timer_period)),
            timer_period,
            registered: false,
            drain: Box::pin(drain.wait()),
            counted: Some(counted),
        }
    }

    pub(super) fn activity(&self) -> Rc<Activity> {
        self.activity.clone()
    }

    fn io(&mut self) -> Pin<&mut TcpStream> {
        Pin::new(self.io.as_mut().expect("only the drop takes it"))
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

    /// Hands over what may be handed over now.
    fn give(&mut self, buf: &mut ReadBuf<'_>) -> bool {
        if self.activity.take_forgone() {
            self.inbound.forgo();
        }
        // The next request has to wait until the answer before it is written.
        if !self.activity.is_in_exchange() && self.stalled.is_none() && self.inbound.begin() {
            self.activity.request_began();
        }
        let given = self.inbound.give(buf);
        self.activity.request_went_on(&self.inbound);
        self.activity.moved(&self.inbound);
        given
    }

    /// True when the dispatcher has got the last that it will get. While a request that is
    /// complete is served, a client that has closed its side is nothing to it.
    fn is_at_end(&self) -> bool {
        let serves_whole = self.activity.is_in_exchange() && !self.inbound.is_in_request();
        self.inbound.is_broken() || (self.is_over && !serves_whole)
    }

    /// Reads more from the client.
    fn poll_more(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.is_over || self.inbound.is_full() {
            return Poll::Pending;
        }
        let mut space = [MaybeUninit::uninit(); READ];
        let mut read = ReadBuf::uninit(&mut space);
        let result = ready!(self.io().poll_read(cx, &mut read));
        self.is_over = result.is_err() || read.filled().is_empty();
        self.inbound.push(read.filled());
        Poll::Ready(result)
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
        loop {
            if this.give(buf) {
                return Poll::Ready(Ok(()));
            }
            if this.is_at_end() {
                this.activity.end();
                return Poll::Ready(Ok(()));
            }
            match this.poll_more(cx) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(error)) => {
                    this.activity.end();
                    return Poll::Ready(Err(error));
                }
                Poll::Pending => break,
            }
        }
        if this.is_overdue(cx) {
            if this.stalled.is_some() {
                this.is_over = true;
            } else if this.activity.is_in_head() {
                let _ = this.io().try_write(HEAD_TIMEOUT);
            }
            return Poll::Ready(Err(too_slow()));
        }
        if this.activity.may_go() {
            // An end of file: the dispatcher then closes in good order.
            return Poll::Ready(Ok(()));
        }
        Poll::Pending
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match this.io().poll_write(cx, buf) {
            Poll::Pending => {
                let deadline = Instant::now() + this.write_timeout;
                this.stalled.get_or_insert(deadline);
                if this.is_overdue(cx) {
                    this.is_over = true;
                    return Poll::Ready(Err(too_slow()));
                }
                Poll::Pending
            }
            written @ Poll::Ready(_) => {
                this.stalled = None;
                written
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let is_over = this.activity.all_written(&this.inbound);
        // The dispatcher may end a pass here without having read again. What has come meanwhile
        // must be looked at, the timer must go on, and a connection that may go must be read once
        // more to learn it.
        let has_more = is_over && (this.is_over || !this.inbound.is_empty());
        if has_more || this.is_overdue(cx) || this.activity.may_go() {
            cx.waker().wake_by_ref();
        }
        this.io().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().io().poll_shutdown(cx)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let (io, counted) = (self.io.take(), self.counted.take());
        let (Some(io), Ok(runtime), false) = (io, Handle::try_current(), self.is_over) else {
            return;
        };
        runtime.spawn(async move {
            linger(io).await;
            drop(counted);
        });
    }
}
