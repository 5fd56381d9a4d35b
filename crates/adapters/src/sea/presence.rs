//! Whether an `SQLite` file is still the one that was opened. A file that was removed, or that
//! another took the place of, goes on to work for those who have it open: what they commit would be
//! acknowledged and gone with the process.

use std::{
    fs::Metadata,
    io,
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use basalt_domain::ports::StoreError;
use metrics::gauge;
use sea_orm::sqlx::{self, SqlitePool};
use tokio::{fs::metadata, time::sleep};
use tracing::debug;

use super::{
    failure::{Failure, driver_failed},
    file::{beside, is_missing},
};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(500);

/// The file that connections were opened on.
pub(super) struct OpenFile {
    /// As it was named: a link that leads elsewhere now is noticed too.
    path: PathBuf,
    opened: OnceLock<Identity>,
    /// What `SQLite` keeps beside it (the log and its index), from when they were first seen. They
    /// stay the same while a connection is open.
    beside: Mutex<[(PathBuf, Option<Identity>); 2]>,
    /// Why it is no longer the one that was opened.
    gone: RwLock<Option<String>>,
    /// The next to write needs a new connection.
    is_doubted: AtomicBool,
    /// It could not be used for want of rights or of room, and nothing was written since.
    is_troubled: AtomicBool,
}

impl OpenFile {
    /// The file of this name, which `real` is without links.
    pub(super) fn at(path: PathBuf, real: &Path) -> Self {
        Self {
            opened: OnceLock::new(),
            beside: Mutex::new(["-wal", "-shm"].map(|suffix| (beside(real, suffix), None))),
            path,
            gone: RwLock::new(None),
            is_doubted: AtomicBool::new(false),
            is_troubled: AtomicBool::new(false),
        }
    }

    /// Remembers which file it is. After the first connection, which may make it another: on
    /// layered file systems whoever opens a file to write gets a copy.
    pub(super) async fn remember(&self) -> Result<(), StoreError> {
        let found = metadata(&self.path).await.map_err(StoreError::unavailable)?;
        self.opened.get_or_init(|| Identity::of(&found));
        tell_metrics(false);
        Ok(())
    }

    /// Fails while it is not the file that was opened.
    pub(super) fn check(&self) -> Result<(), Failure> {
        match &*self.gone() {
            Some(why) => Err(Failure::Store(StoreError::unavailable(why.clone()))),
            None => Ok(()),
        }
    }

    fn gone(&self) -> RwLockReadGuard<'_, Option<String>> {
        self.gone.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a call went wrong. A connection that was made when the file could not be written
    /// would never write.
    pub(super) fn doubt(&self) {
        self.is_doubted.store(true, Ordering::Release);
    }

    /// Whether the connection that writes has to be made anew. Each doubt counts once. While the
    /// file is gone, the connection is all there is of it.
    pub(super) fn take_doubt(&self) -> bool {
        self.gone().is_none() && self.is_doubted.swap(false, Ordering::AcqRel)
    }

    /// Notes that a call failed for want of rights or of room. Whether there is any now, a write
    /// finds out.
    pub(super) fn note_trouble(&self) {
        self.is_troubled.store(true, Ordering::Release);
    }

    /// Notes that something was written.
    pub(super) fn note_written(&self) {
        self.is_troubled.store(false, Ordering::Release);
    }

    /// Whether a write has to show that there are rights and room.
    pub(super) fn is_troubled(&self) -> bool {
        self.is_troubled.load(Ordering::Acquire)
    }

    /// Notes a new connection that writes. If it is the only one, log and index are others now.
    pub(super) async fn note_connection(&self) {
        for number in 0..2 {
            let path = self.beside()[number].0.clone();
            let found = identity(&path).await.unwrap_or_default();
            self.beside()[number].1 = found;
        }
    }

    fn beside(&self) -> MutexGuard<'_, [(PathBuf, Option<Identity>); 2]> {
        self.beside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the names. What can't be looked at is taken for unchanged.
    async fn look(&self) {
        let mut missing = match identity(&self.path).await {
            Ok(Some(found)) if Some(&found) == self.opened.get() => None,
            Ok(Some(_)) => Some((self.path.clone(), "another file has its name")),
            Ok(None) => Some((self.path.clone(), "it was removed")),
            Err(_) => return,
        };
        let beside = self.beside().clone();
        for (number, (path, seen)) in beside.into_iter().enumerate() {
            let Ok(found) = identity(&path).await else {
                return;
            };
            match seen {
                None => self.beside()[number].1 = found,
                Some(_) if found == seen || missing.is_some() => {}
                Some(_) => missing = Some((path, "it was removed or replaced")),
            }
        }
        self.tell(missing);
    }

    /// Whoever asks how the database is tells people of it.
    fn tell(&self, missing: Option<(PathBuf, &'static str)>) {
        tell_metrics(missing.is_some());
        let why = missing.map(|(file, reason)| {
            format!(
                "{} is no longer the file that was opened: {reason}. Stop the server, put the file \
                 in its place, start the server",
                file.display()
            )
        });
        let mut gone = self.gone.write().unwrap_or_else(PoisonError::into_inner);
        if *gone != why {
            debug!(why, "the database file went, or is back");
            *gone = why;
        }
    }
}

fn tell_metrics(is_gone: bool) {
    let open = if is_gone { 1.0 } else { 0.0 };
    gauge!("basalt_breaker_open", "part" => "database").set(open);
}

async fn identity(path: &Path) -> io::Result<Option<Identity>> {
    match metadata(path).await {
        Ok(found) => Ok(Some(Identity::of(&found))),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Looks at the file until the connections are closed or nobody has it any more.
pub(super) async fn watch(file: Weak<OpenFile>, writer: SqlitePool) {
    let mut log_is_empty = false;
    loop {
        tokio::select! {
            () = writer.close_event() => return,
            () = sleep(PAUSE) => {}
        }
        let Some(file) = file.upgrade() else {
            return;
        };
        file.look().await;
        log_is_empty = file.gone().is_some() && (log_is_empty || empty_log(&writer).await);
    }
}

/// Carries what was committed from the log into the file, wherever that is now, and empties the
/// log: `SQLite` would add what is in a log to any file that lies beside it at the next start, also
/// to the one that somebody restored.
async fn empty_log(writer: &SqlitePool) -> bool {
    let emptied = sqlx::query_scalar::<_, i64>("PRAGMA wal_checkpoint(TRUNCATE)");
    match emptied.fetch_one(writer).await {
        Ok(busy) => busy == 0,
        Err(error) => {
            debug!(error = %driver_failed(error), "the log was not emptied; trying again");
            false
        }
    }
}

/// Which file a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    #[cfg(unix)]
    device: u64,
    #[cfg(unix)]
    inode: u64,
}

impl Identity {
    #[cfg(unix)]
    fn of(found: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self { device: found.dev(), inode: found.ino() }
    }

    /// Elsewhere a file that is open can't be removed or replaced.
    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Self {
        Self {}
    }
}
