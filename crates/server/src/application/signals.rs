//! Signals of the operating system.

use std::{io, process};

use tracing::{info, warn};

use super::Stopper;

/// Begins the stop at the first SIGTERM, SIGINT or SIGHUP (a terminal that is closed, a rotation of
/// logs); ends the process at the second, unless that is a SIGHUP: a terminal that is closed sends
/// two. The signals are caught from the moment this returns.
pub fn stop_on_signals(stopper: Stopper) -> io::Result<()> {
    let mut signals = Signals::caught()?;
    tokio::spawn(async move {
        signals.first().await;
        info!("asked to stop; requests in flight may end");
        stopper.stop();
        signals.again().await;
        warn!("asked again; ending now");
        process::exit(1);
    });
    Ok(())
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    /// `None` where whoever started the process said that it is to live on.
    hang_up: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    fn caught() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: if hang_ups_are_ignored() {
                None
            } else {
                Some(signal(SignalKind::hangup())?)
            },
        })
    }

    async fn first(&mut self) {
        let hung_up = hung_up(self.hang_up.as_mut());
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            () = hung_up => {}
        }
    }

    async fn again(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(unix)]
async fn hung_up(signal: Option<&mut tokio::signal::unix::Signal>) {
    match signal {
        Some(signal) => _ = signal.recv().await,
        None => std::future::pending().await,
    }
}

/// `nohup` has the signal ignored, and catching it would undo that. Told by Linux alone.
#[cfg(unix)]
fn hang_ups_are_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok());
    // SIGHUP is the first.
    ignored.is_some_and(|bits| bits & 1 != 0)
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    // The form of the other one.
    #[allow(clippy::unnecessary_wraps)]
    fn caught() -> io::Result<Self> {
        Ok(Self)
    }

    async fn first(&mut self) {
        self.again().await;
    }

    async fn again(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
