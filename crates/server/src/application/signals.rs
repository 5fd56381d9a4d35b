//! Signals of the operating system.

use std::{io, process};

use tracing::{info, warn};

use super::Stopper;

/// Begins the stop at the first SIGTERM or SIGINT; ends the process at the second. The signals are
/// caught from the moment this returns.
pub fn stop_on_signals(stopper: Stopper) -> io::Result<()> {
    let mut signals = Signals::caught()?;
    tokio::spawn(async move {
        signals.next().await;
        info!("asked to stop; requests in flight may end");
        stopper.stop();
        signals.next().await;
        warn!("asked again; ending now");
        process::exit(1);
    });
    Ok(())
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn caught() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
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

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
