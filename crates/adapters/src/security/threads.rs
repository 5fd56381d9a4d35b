//! Threads for work that takes long and must not be noticed.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use tokio::sync::oneshot;

type Work = Box<dyn FnOnce() + Send>;

/// How far everybody else goes before these threads: a tenth of a processor is left to each of
/// them by those who want all of it. Of 0 (like everybody) to 19.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// Some threads that do one piece of work after the other, and end when this is dropped.
///
/// A hash is forty milliseconds of work without a pause. At the same priority the scheduler lets a
/// request that wakes up meanwhile wait for the end of a slice, several milliseconds; tokio's own
/// threads for blocking work have that priority, and it can't be lowered for one piece of work
/// alone, since nobody but root may raise it again.
pub(super) struct Threads(mpsc::Sender<Work>);

/// The work panicked, or no thread is there to do it.
#[derive(Debug, thiserror::Error)]
#[error("the work was not done")]
pub(super) struct WorkLost;

impl Threads {
    pub(super) fn new(count: usize) -> Self {
        let (sender, receiver) = mpsc::channel::<Work>();
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..count {
            let receiver = Arc::clone(&receiver);
            let worker = thread::Builder::new().name("hashing".to_owned());
            // Without it the others do its work; without any of them the work is lost, and said so.
            if let Err(error) = worker.spawn(move || work_off(&receiver)) {
                tracing::warn!(%error, "a thread for hashing could not be started");
            }
        }
        Self(sender)
    }

    /// Does `work` once a thread is free. It is done though the caller goes away.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, WorkLost> {
        let (tell, told) = oneshot::channel();
        let work = move || {
            let _ = tell.send(work());
        };
        self.0.send(Box::new(work)).map_err(|_| WorkLost)?;
        told.await.map_err(|_| WorkLost)
    }
}

fn work_off(receiver: &Mutex<mpsc::Receiver<Work>>) {
    stand_back();
    loop {
        let next = receiver
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok(work) = next else { return };
        // The panic hook has told of it, and whoever waits learns of it.
        let _ = catch_unwind(AssertUnwindSafe(work));
    }
}

/// On Linux niceness is a thread's, elsewhere the whole process's: there all stay alike.
fn stand_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::debug!(%error, "hashing goes on at the priority of everything else");
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test]
    async fn work_that_panics_is_lost_and_the_next_is_done() {
        let threads = Threads::new(1);
        let lost = threads.run(|| panic!("a fault in the work")).await;
        assert!(matches!(lost, Err(WorkLost)));
        assert_eq!(threads.run(|| 7).await.unwrap(), 7);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn everybody_else_goes_before_them() {
        let priority = || rustix::process::nice(0).unwrap();
        let threads = Threads::new(1);
        assert_eq!(
            threads.run(priority).await.unwrap(),
            (priority() + NICENESS).min(19)
        );
    }

    #[tokio::test]
    async fn they_end_with_their_owner() {
        thread_local!(static HELD: Cell<Option<mpsc::Sender<()>>> = const { Cell::new(None) });
        let threads = Threads::new(1);
        let (held, let_go) = mpsc::channel();
        threads.run(move || HELD.set(Some(held))).await.unwrap();
        drop(threads);
        assert!(let_go.recv().is_err(), "what the thread held is gone");
    }
}
