//! Rivals that start together, and calls that end early.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::Poll,
};

use tokio::{sync::Barrier, task::JoinHandle};

/// How many take part in a race.
pub(crate) const RIVALS: usize = 20;

/// How often a race is run: now and then a machine lets one rival finish before the others begin.
pub(crate) const ROUNDS: usize = 5;

/// Runs `rival(0)`, `rival(1)`, … at once on several threads and gives their answers in that
/// order.
pub(crate) async fn race<F>(rivals: usize, rival: impl Fn(usize) -> F) -> Vec<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let start = Arc::new(Barrier::new(rivals));
    let tasks: Vec<_> = (0..rivals)
        .map(|number| {
            let (start, rival) = (Arc::clone(&start), rival(number));
            tokio::spawn(async move {
                start.wait().await;
                rival.await
            })
        })
        .collect();
    let mut answers = Vec::with_capacity(rivals);
    for task in tasks {
        answers.push(task.await.expect("a rival must not panic"));
    }
    answers
}

/// Drops `call` after it has been polled `polls` times, as a client that goes away would; `Some`
/// when it was done by then.
pub(crate) async fn give_up_after<F: Future>(polls: usize, call: F) -> Option<F::Output> {
    let mut call = pin!(call);
    let mut left = polls;
    poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match call.as_mut().poll(context) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            // The last poll has been spent: nobody waits for the wake-up it asked for.
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// The most suspension points at which calls are given up one after the other.
pub(crate) const MOST_POLLS: usize = 60;

/// A task that writes while the check reads.
pub(crate) struct Writing {
    over: Arc<AtomicBool>,
    written: Arc<AtomicUsize>,
    reads: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Writing {
    /// Calls `write(0)`, `write(1)`, … until [`Writing::end`].
    pub(crate) fn start<W, F>(write: W) -> Self
    where
        W: Fn(usize) -> F + Send + 'static,
        F: Future<Output = ()> + Send,
    {
        let over = Arc::new(AtomicBool::new(false));
        let written = Arc::new(AtomicUsize::new(0));
        let reads = Arc::new(AtomicUsize::new(0));
        let (ends, counts, seen) = (Arc::clone(&over), Arc::clone(&written), Arc::clone(&reads));
        let task = tokio::spawn(async move {
            for number in 0.. {
                write(number).await;
                counts.fetch_add(1, Ordering::SeqCst);
                // Some states last for no read and some for two: where writes are faster than
                // reads, each state would otherwise be seen once at most.
                let lasts_until = seen.load(Ordering::SeqCst) + number % 3;
                loop {
                    if ends.load(Ordering::SeqCst) {
                        return;
                    }
                    // A store that never waits would leave no thread to the reader.
                    tokio::task::yield_now().await;
                    if seen.load(Ordering::SeqCst) >= lasts_until {
                        break;
                    }
                }
            }
        });
        Self { over, written, reads, task }
    }

    /// Counts a read; false once there have been many, beside many writes.
    pub(crate) async fn goes_on(&mut self) -> bool {
        const READS: usize = 200;
        const WRITES: usize = 100;
        tokio::task::yield_now().await;
        let reads = self.reads.fetch_add(1, Ordering::SeqCst) + 1;
        let is_enough = reads > READS && self.written.load(Ordering::SeqCst) >= WRITES;
        !is_enough && !self.task.is_finished()
    }

    /// Stops the task, and panics if it has.
    pub(crate) async fn end(self) {
        self.over.store(true, Ordering::SeqCst);
        self.task.await.expect("the writer must not panic");
    }
}
