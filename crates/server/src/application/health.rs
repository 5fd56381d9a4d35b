//! Whether the process can do its work: found out beside the requests, so that whoever asks is
//! answered at once and loads nothing.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use basalt_adapters::redis::Redis;
use basalt_api::{Health, Loss, Part, Ready};
use basalt_domain::ports::{Access, StoreError, chain};
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep, timeout},
};
use tracing::{error, info, warn};

use super::{beats::Beats, opening::Opening};

/// Between two looks at the database, beside [`AGAIN`].
const PERIOD: Duration = Duration::from_millis(400);
/// The database has this long to answer.
const PATIENCE: Duration = Duration::from_millis(450);
/// One answer that is late is no outage: it is asked once more. Nor is it asked sooner, however many
/// doubt.
const AGAIN: Duration = Duration::from_millis(100);

/// How the process is. Clones share it.
#[derive(Clone)]
pub(super) struct ServerHealth(Arc<Shared>);

struct Shared {
    opening: Opening,
    redis: Option<Redis>,
    beats: Beats,
    stopping: AtomicBool,
    database: watch::Sender<Database>,
    /// Requests that were refused for want of the database since it was last well.
    refused: AtomicU64,
    /// Told when somebody thinks that the database is not well.
    doubt: Notify,
}

/// What was found out last.
#[derive(Clone, Debug)]
enum Database {
    /// Nothing yet.
    Unknown,
    Well,
    ReadsOnly,
    Lost(Loss),
}

impl Database {
    /// What is told when it changes.
    fn trouble(&self) -> Option<(Part, bool)> {
        match self {
            Self::Unknown | Self::Well => None,
            Self::ReadsOnly => Some((Part::Database, true)),
            Self::Lost(loss) => Some((loss.part, false)),
        }
    }
}

impl ServerHealth {
    pub(super) fn new(opening: Opening, redis: Option<Redis>) -> Self {
        Self(Arc::new(Shared {
            opening,
            redis,
            beats: Beats::new(),
            stopping: AtomicBool::new(false),
            database: watch::Sender::new(Database::Unknown),
            refused: AtomicU64::new(0),
            doubt: Notify::new(),
        }))
    }

    /// The beats of the threads that serve requests.
    pub(super) fn beats(&self) -> &Beats {
        &self.0.beats
    }

    /// From now on it is not ready: the process is going to stop.
    pub(super) fn begin_to_stop(&self) {
        self.0.stopping.store(true, Ordering::Release);
    }

    fn redis_is_gone(&self) -> bool {
        self.0.redis.as_ref().is_some_and(|redis| !redis.is_up())
    }
}

impl Health for ServerHealth {
    fn ready(&self) -> Ready {
        if self.0.stopping.load(Ordering::Acquire) {
            return Ready::No(Loss { part: Part::Stopping, cause: None });
        }
        let mut degraded = Vec::new();
        match &*self.0.database.borrow() {
            Database::Unknown => return Ready::No(unknown()),
            Database::Lost(loss) => return Ready::No(loss.clone()),
            Database::ReadsOnly => degraded.push(Part::Database),
            Database::Well => {}
        }
        // Its fallbacks do the work meanwhile.
        if self.redis_is_gone() {
            degraded.push(Part::Redis);
        }
        if degraded.is_empty() { Ready::Ok } else { Ready::Degraded(degraded) }
    }

    fn live(&self) -> bool {
        !self.0.beats.is_one_stuck()
    }

    fn note_refusal(&self) -> bool {
        self.0.refused.fetch_add(1, Ordering::Relaxed);
        if self.0.database.borrow().trouble().is_some() {
            return true;
        }
        self.0.doubt.notify_one();
        self.0.opening.opened().is_some_and(|opened| opened.store.is_away())
    }
}

fn unknown() -> Loss {
    let cause = StoreError::unavailable("the database was not looked at yet");
    Loss { part: Part::Database, cause: Some(Arc::new(cause)) }
}

/// Looks at the database, and says what has changed: once, however many notice it.
pub(super) struct Watcher {
    health: ServerHealth,
    /// Since when it is not well.
    since: Option<Instant>,
    was_ready: bool,
}

impl Watcher {
    pub(super) fn new(health: ServerHealth) -> Self {
        Self { health, since: None, was_ready: false }
    }

    /// Looks again and again.
    pub(super) async fn run(mut self) {
        loop {
            sleep(AGAIN).await;
            tokio::select! {
                () = sleep(PERIOD) => {}
                () = self.health.0.opening.preparation_moved() => {}
                () = self.health.0.doubt.notified() => {}
            }
            self.look().await;
        }
    }

    /// Looks once.
    pub(super) async fn look(&mut self) {
        let mut found = self.found().await;
        if matches!(&found, Database::Lost(loss) if loss.part == Part::Database) {
            sleep(AGAIN).await;
            found = self.found().await;
        }
        let before = self.health.0.database.send_replace(found.clone());
        if matches!(before, Database::Unknown) || before.trouble() != found.trouble() {
            self.tell(&found);
        }
        if found.trouble().is_none() {
            self.since = None;
            self.was_ready = true;
            self.health.0.refused.store(0, Ordering::Relaxed);
        } else {
            self.since.get_or_insert_with(Instant::now);
        }
    }

    async fn found(&self) -> Database {
        let store = match self.health.0.opening.ready() {
            Ok(opened) => &opened.store,
            Err(loss) => return Database::Lost(loss),
        };
        let asked = timeout(PATIENCE, store.ping()).await;
        let late = |_| Err(StoreError::unavailable("no answer in time"));
        match asked.unwrap_or_else(late) {
            Ok(Access::ReadWrite) => Database::Well,
            Ok(Access::ReadOnly) => Database::ReadsOnly,
            Err(error) => {
                Database::Lost(Loss { part: Part::Database, cause: Some(Arc::new(error)) })
            }
        }
    }

    fn tell(&self, found: &Database) {
        match found {
            Database::Lost(loss) => {
                let part = loss.part.as_str();
                let error = loss.cause.as_deref().map(|cause| chain(cause));
                if self.was_ready {
                    error!(part, error, "not ready");
                } else {
                    warn!(part, error, "not ready yet");
                }
            }
            Database::ReadsOnly => error!(
                part = Part::Database.as_str(),
                "degraded: the database answers reads and refuses writes"
            ),
            Database::Well | Database::Unknown => {
                if let Some(since) = self.since {
                    let refused = self.health.0.refused.load(Ordering::Relaxed);
                    let after_ms = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
                    info!(after_ms, refused, "ready");
                }
            }
        }
    }
}
