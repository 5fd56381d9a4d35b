//! Signals of the operating system.

use std::process;

use tracing::{info, warn};

use super::Stopper;

/// Begins the stop at the first SIGTERM or SIGINT; ends the process at the second.
pub fn stop_on_signals(stopper: Stopper) {
    tokio::spawn(async move {
        if !next_signal().await {
            return;
        }
        info!("asked to stop; requests in flight may end");
        stopper.stop();
        if next_signal().await {
            warn!("asked again; ending now");
            process::exit(1);
        }
    });
}

/// False when there are no signals to wait for.
#[cfg(unix)]
async fn next_signal() -> bool {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        warn!("signals can't be waited for; the process only ends when it is killed");
        return false;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    true
}

/// False when there are no signals to wait for.
#[cfg(not(unix))]
async fn next_signal() -> bool {
    tokio::signal::ctrl_c().await.is_ok()
}
