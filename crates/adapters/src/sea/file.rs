//! An `SQLite` file before it is opened: made where that is wanted, and whether this process may
//! use it. `SQLite` itself opens a file that it may not write as one to read, and each write then
//! fails.

use std::{
    ffi::OsString,
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use basalt_domain::ports::StoreError;
use tracing::warn;

use crate::files::{make_private_folders, private};

/// Why a file can't be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileError {
    #[error(
        "there is no file {}; only `basalt serve` and `basalt migrate up` make one",
        .0.display()
    )]
    Missing(PathBuf),
    #[error("{} is no file; name one, also if it is yet to be made", .0.display())]
    NoFile(PathBuf),
    #[error("the folder {} can't be made by {Account}", .path.display())]
    FolderUnmade { path: PathBuf, source: io::Error },
    #[error("{} can't be {what} by {Account}; {advice}", .path.display())]
    Refused { path: PathBuf, what: &'static str, advice: String, source: io::Error },
}

impl From<FileError> for StoreError {
    fn from(error: FileError) -> Self {
        match &error {
            FileError::Refused { source, .. } | FileError::FolderUnmade { source, .. }
                if matches!(
                    source.kind(),
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
                ) =>
            {
                Self::unavailable(error)
            }
            _ => Self::failed(error),
        }
    }
}

/// Makes `file` and its folders if `make` says so and they are missing, and finds out whether this
/// process may do with it all that a database needs. Returns where it is, without links.
pub(super) async fn prepare(file: &Path, make: bool) -> Result<PathBuf, StoreError> {
    let file = std::path::absolute(file).map_err(StoreError::failed)?;
    let prepared = tokio::task::spawn_blocking(move || prepare_now(&file, make));
    let prepared = prepared.await.map_err(StoreError::failed)?;
    Ok(prepared?)
}

fn prepare_now(file: &Path, make: bool) -> Result<PathBuf, FileError> {
    if make {
        make_private(file)?;
    }
    let found = fs::metadata(file).map_err(|source| {
        if is_missing(&source) {
            FileError::Missing(file.to_owned())
        } else {
            refused(file, "looked at", source)
        }
    })?;
    if !found.is_file() {
        return Err(FileError::NoFile(file.to_owned()));
    }
    let real = fs::canonicalize(file).map_err(|source| refused(file, "looked at", source))?;
    rights::check(&real)?;
    Ok(real)
}

/// Whether the name stands for nothing, also because what stands above it is no folder.
pub(super) fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Makes the file empty, which `SQLite` takes for a new database. Its log gets the same rights from
/// `SQLite`.
fn make_private(file: &Path) -> Result<(), FileError> {
    // Whoever closes a file gives up all locks that the same process has on it, those of `SQLite`
    // too. So nobody opens the database between its making and the close.
    static MAKING: Mutex<()> = Mutex::new(());
    let _one_by_one = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    match fs::metadata(file) {
        Err(error) if is_missing(&error) => {}
        _ => return Ok(()),
    }
    let folder = file.parent().unwrap_or(file);
    make_private_folders(folder)
        .map_err(|source| FileError::FolderUnmade { path: folder.to_owned(), source })?;
    match private().create_new(true).open(file) {
        Err(source) if source.kind() != io::ErrorKind::AlreadyExists => {
            Err(refused(folder, "written to", source))
        }
        _ => Ok(()),
    }
}

/// `file` with something after its name, as `SQLite` names what belongs to it.
pub(super) fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(suffix);
    PathBuf::from(name)
}

pub(super) fn refused(path: &Path, what: &'static str, source: io::Error) -> FileError {
    FileError::Refused { advice: advice(path, &source), path: path.to_owned(), what, source }
}

fn advice(path: &Path, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ReadOnlyFilesystem => {
            "what it lies on is mounted to be read only".to_owned()
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room".to_owned(),
        _ => rights::advice(path),
    }
}

/// Says so where everybody on the machine may read the database; files of ours are not made so.
pub(super) fn warn_if_all_may_read(file: &Path) {
    if rights::all_may_read(file) {
        warn!(
            file = %file.display(),
            "every account of this machine may read the database, which holds password hashes; \
             chmod 600 it, or its folder 700"
        );
    }
}

/// The account that this process runs as, in the words of an error.
struct Account;

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        rights::account(f)
    }
}

#[cfg(unix)]
mod rights {
    use std::{
        fmt, fs, io,
        os::unix::fs::{MetadataExt as _, PermissionsExt as _},
        path::Path,
    };

    use rustix::{
        fs::{Access, AtFlags, CWD, accessat},
        process::geteuid,
    };

    use super::{FileError, beside, refused};

    /// Asks without opening it: see `make_private`.
    pub(super) fn check(file: &Path) -> Result<(), FileError> {
        may(file, Access::READ_OK, "read")?;
        may(file, Access::WRITE_OK, "written")?;
        for log in ["-wal", "-shm", "-journal"].map(|suffix| beside(file, suffix)) {
            if log.exists() {
                may(&log, Access::READ_OK | Access::WRITE_OK, "written")?;
            }
        }
        // For the log.
        let folder = file.parent().unwrap_or(file);
        may(folder, Access::WRITE_OK | Access::EXEC_OK, "written to")
    }

    fn may(path: &Path, access: Access, what: &'static str) -> Result<(), FileError> {
        accessat(CWD, path, access, AtFlags::EACCESS)
            .map_err(|error| refused(path, what, io::Error::from(error)))
    }

    pub(super) fn advice(path: &Path) -> String {
        let us = geteuid().as_raw();
        match fs::metadata(path).map(|found| found.uid()) {
            Ok(owner) if owner != us => format!(
                "it belongs to {}: run this as that account, or `chown {us} {}`",
                named(owner),
                path.display()
            ),
            _ => "look at its mode and at those of the folders above it".to_owned(),
        }
    }

    pub(super) fn account(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the account {}", named(geteuid().as_raw()))
    }

    /// The name is a help for people, so the file that has most of them is enough.
    fn named(number: u32) -> String {
        let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let name = accounts.lines().find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            (fields.nth(1)?.parse() == Ok(number)).then_some(name)
        });
        name.map_or_else(|| number.to_string(), |name| format!("{name} ({number})"))
    }

    pub(super) fn all_may_read(file: &Path) -> bool {
        let others = |path: &Path, bits| {
            fs::metadata(path).is_ok_and(|found| found.permissions().mode() & bits == bits)
        };
        others(file, 0o004) && file.parent().is_some_and(|folder| others(folder, 0o001))
    }
}

#[cfg(not(unix))]
mod rights {
    use std::{fmt, fs, io, path::Path};

    use super::{FileError, refused};

    pub(super) fn check(file: &Path) -> Result<(), FileError> {
        let found = fs::metadata(file).map_err(|source| refused(file, "read", source))?;
        if found.permissions().readonly() {
            let source = io::Error::from(io::ErrorKind::PermissionDenied);
            return Err(refused(file, "written", source));
        }
        Ok(())
    }

    pub(super) fn advice(_: &Path) -> String {
        "look at its rights".to_owned()
    }

    pub(super) fn account(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the account that this runs as")
    }

    pub(super) fn all_may_read(_: &Path) -> bool {
        false
    }
}
