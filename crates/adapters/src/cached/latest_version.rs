//! What this process knows of the version of the lists.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use basalt_domain::{
    ListVersion,
    ports::{ListVersions, StoreError},
};
use tokio::time::Instant;
use tracing::Instrument as _;

/// From this age on the version is read anew, beside the request that notices.
const REFRESH_AGE: Duration = Duration::from_millis(250);
/// No request is served by a version that is older. With the time that an answer takes, another
/// process shows a write within a second.
const MAX_AGE: Duration = Duration::from_millis(500);

/// The version of the lists, read after each write of this process and else twice a second.
///
/// A reading counts for a request if it began after every write of this process that ended before
/// the request came, and is not too old. Its age counts from its beginning, by the monotonic clock:
/// what was committed before then is in it.
pub struct LatestVersion {
    reader: Arc<dyn ListVersions>,
    /// Writes of this process that have ended, in whatever way.
    writes: AtomicU64,
    state: Mutex<State>,
    /// Held by whoever reads.
    turn: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Default)]
struct State {
    known: Option<Reading>,
    /// When the last reading began that failed, and why.
    failed: Option<(Instant, StoreError)>,
}

#[derive(Clone, Copy)]
struct Reading {
    version: ListVersion,
    begun: Begun,
    ended: Instant,
}

/// The moment in which a reading began, or a request came.
#[derive(Clone, Copy)]
pub(crate) struct Begun {
    at: Instant,
    writes: u64,
}

impl Begun {
    /// Whether what was read from this moment on counts for a request that came at `asked`.
    pub(super) fn counts_for(self, asked: Self) -> bool {
        let is_new = self.at >= asked.at || self.at.elapsed() < MAX_AGE;
        is_new && self.writes >= asked.writes
    }
}

impl Reading {
    fn age(&self) -> Duration {
        self.begun.at.elapsed()
    }
}

impl LatestVersion {
    /// Knows nothing yet of what `reader` tells.
    pub fn new(reader: Arc<dyn ListVersions>) -> Arc<Self> {
        Arc::new(Self {
            reader,
            writes: AtomicU64::new(0),
            state: Mutex::default(),
            turn: Arc::default(),
        })
    }

    /// The version that a request of this moment may be served by.
    #[cfg(test)]
    pub(super) async fn current(self: &Arc<Self>) -> Result<ListVersion, StoreError> {
        self.at(self.begin()).await
    }

    /// The version that a request may be served by which came at `asked`.
    pub(super) async fn at(self: &Arc<Self>, asked: Begun) -> Result<ListVersion, StoreError> {
        if let Some(known) = self.known_for(asked) {
            if known.age() >= REFRESH_AGE {
                self.refresh_beside();
            }
            return Ok(known.version);
        }
        let this = Arc::clone(self);
        // In a task, so that a client who goes away ends no reading that others wait for.
        let read = async move { this.read_for(asked).await };
        let read = tokio::spawn(read.in_current_span()).await;
        read.unwrap_or_else(|lost| Err(StoreError::failed(lost)))
    }

    /// The last version that is known, with its age, for those who rather have an old list than
    /// none: at most `limit` old, and never from before a write of this process.
    pub(super) fn stale(&self, limit: Duration) -> Option<(ListVersion, Duration)> {
        let writes = self.writes.load(Ordering::Acquire);
        let known = self.state().known?;
        let is_good = known.begun.writes >= writes && known.age() <= limit;
        is_good.then(|| (known.version, known.age()))
    }

    /// Notes, when dropped, that a write of this process has ended.
    pub(super) fn note_write_after(self: &Arc<Self>) -> impl Drop + use<> {
        WriteEnds(Arc::clone(self))
    }

    /// Notes that a write has ended, this process' own or one whose answer it repeats.
    pub(super) fn note_write(&self) {
        self.writes.fetch_add(1, Ordering::AcqRel);
    }

    /// A request came now, or a reading begins.
    pub(super) fn begin(&self) -> Begun {
        // In this order: a write that ends in between makes the reading count for less.
        let writes = self.writes.load(Ordering::Acquire);
        Begun { at: Instant::now(), writes }
    }

    /// Learns what a reading found that began with `begun` and ends now: one of our own, or the
    /// filling of a page.
    pub(super) fn learn(&self, begun: Begun, version: ListVersion) {
        let mut state = self.state();
        // Of two that overlap nobody knows which saw the later state. The first one stays, so that
        // no list goes back, unless it does not count any more.
        let is_later = state
            .known
            .is_none_or(|known| known.ended <= begun.at || known.begun.writes < begun.writes);
        if is_later {
            state.known = Some(Reading { version, begun, ended: Instant::now() });
        }
    }

    async fn read_for(&self, asked: Begun) -> Result<ListVersion, StoreError> {
        let _turn = self.turn.lock().await;
        loop {
            if let Some(known) = self.known_for(asked) {
                return Ok(known.version);
            }
            if let Some(failure) = self.failed_since(asked) {
                return Err(failure);
            }
            self.read().await;
        }
    }

    fn refresh_beside(self: &Arc<Self>) {
        if let Ok(turn) = Arc::clone(&self.turn).try_lock_owned() {
            let this = Arc::clone(self);
            tokio::spawn(async move {
                let _turn = turn;
                this.read().await;
            });
        }
    }

    async fn read(&self) {
        let begun = self.begin();
        match self.reader.current().await {
            Ok(version) => self.learn(begun, version),
            Err(error) => self.state().failed = Some((begun.at, error)),
        }
    }

    fn known_for(&self, asked: Begun) -> Option<Reading> {
        self.state().known.filter(|known| known.begun.counts_for(asked))
    }

    fn failed_since(&self, asked: Begun) -> Option<StoreError> {
        let state = self.state();
        let (began, error) = state.failed.as_ref()?;
        (*began >= asked.at).then(|| error.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct WriteEnds(Arc<LatestVersion>);

impl Drop for WriteEnds {
    fn drop(&mut self) {
        self.0.note_write();
    }
}

#[cfg(test)]
mod tests;
