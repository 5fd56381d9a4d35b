//! One server for one `SQLite` file.

use std::{
    fs::{File, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use basalt_domain::ports::StoreError;
use tokio::time::sleep;
use tracing::{info, warn};

use super::{
    SeaOptions,
    file::{self, FileError, beside, refused},
    sqlite,
};
use crate::files::private;

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(50);
/// Whoever is asked to stop needs it to say so.
const MOMENT: Duration = Duration::from_secs(1);
/// The word of a holder that stops.
const STOPPING: &str = "stopping";

/// The right to serve from an `SQLite` file, which one process has at a time: each server counts
/// limits and keeps lists for itself. It is a lock of the operating system on a file beside the
/// database, so that it ends with the process, however that ends. Whoever has it writes into the
/// file who they are.
pub struct ServerLock(File);

/// Another server has the file.
#[derive(Debug, thiserror::Error)]
#[error(
    "{} is served already, by {holder} (so says {}); stop that server, or name another database \
     in DATABASE_URL, for which several servers need PostgreSQL",
    .file.display(), .lock.display()
)]
struct Served {
    file: PathBuf,
    lock: PathBuf,
    holder: String,
}

impl ServerLock {
    /// Takes the lock of the database, and makes the database if it is missing. Waits for
    /// `patience` at most while the holder stops. `None` on a server, which many may use, and
    /// where the file system has no locks.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when another server has it, or the file can't be used.
    pub async fn take(
        options: &SeaOptions,
        patience: Duration,
    ) -> Result<Option<Self>, StoreError> {
        if !options.url.starts_with("sqlite:") {
            return Ok(None);
        }
        let file = sqlite::prepare(options).await?;
        file::warn_if_all_may_read(&file);
        let lock = beside(&file, ".lock");
        let (start, mut told) = (Instant::now(), false);
        loop {
            match try_to_take(&lock)? {
                Try::Taken(lock) => return Ok(Some(lock)),
                Try::NoLocks => return Ok(None),
                Try::Held => {}
            }
            let (holder, stops) = holder(&lock);
            if start.elapsed() >= if stops { patience } else { MOMENT.min(patience) } {
                let served = Served { file, lock, holder };
                return Err(StoreError::failed(served));
            }
            if stops && !told {
                info!(holder, "another server has the database and stops; waiting for it");
                told = true;
            }
            sleep(PAUSE).await;
        }
    }

    /// Tells whoever waits for it that the wait has an end.
    pub fn tell_that_it_stops(&self) {
        if let Err(error) = writeln!(&self.0, "{STOPPING}") {
            warn!(%error, "the next server can't be told that this one stops");
        }
    }
}

enum Try {
    Taken(ServerLock),
    Held,
    NoLocks,
}

fn try_to_take(path: &Path) -> Result<Try, FileError> {
    let failed = |source| refused(path, "locked", source);
    // At each try: the one before may have been removed.
    let file = private().read(true).create(true).truncate(false).open(path);
    let file = file.map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {
            let written = file.set_len(0).and_then(|()| {
                writeln!(&file, "process {} on host {}", std::process::id(), host())
            });
            if let Err(error) = written {
                // A full disk: reads may still be served.
                warn!(file = %path.display(), %error, "a second server can't be told who has the database");
            }
            Ok(Try::Taken(ServerLock(file)))
        }
        Err(TryLockError::WouldBlock) => Ok(Try::Held),
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
            warn!(
                file = %path.display(), %error,
                "nothing keeps a second server from this database: its file system has no locks"
            );
            Ok(Try::NoLocks)
        }
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Who has the lock, and whether they stop.
fn holder(path: &Path) -> (String, bool) {
    let written = std::fs::read_to_string(path).unwrap_or_default();
    let mut lines = written.lines();
    let holder = lines.next().unwrap_or("a process that has not said which");
    (holder.to_owned(), lines.any(|line| line == STOPPING))
}

fn host() -> String {
    #[cfg(unix)]
    return rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    return "unknown".to_owned();
}
