use std::{
    io,
    path::{Path, PathBuf},
};

use basalt_domain::ports::StoreError;
use sea_orm::{ConnectionTrait, DbBackend};

use super::{SeaStore, sqlite};
use crate::files::{make_private_folders, private};

/// Why no copy was made.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file is there already, and it may be the only backup.
    #[error("{} exists already; a backup never replaces a file", .0.display())]
    Exists(PathBuf),
    /// The folder to put the copy into is missing and can't be made.
    #[error("the folder of {} can't be made", .0.display())]
    FolderUnmade(PathBuf, #[source] io::Error),
    /// The file can't be made.
    #[error("{} can't be written", .0.display())]
    Unwritable(PathBuf, #[source] io::Error),
    /// A copy is a file of `SQLite`; a server has tools of its own.
    #[error(
        "PostgreSQL copies itself: pg_dump --format=custom --file=basalt.dump \"$DATABASE_URL\" \
         (and pg_restore brings it back)"
    )]
    OfServer,
    /// The path is not Unicode, and the database takes no other.
    #[error("{} is no Unicode path", .0.display())]
    NotUnicode(PathBuf),
    /// The database could not be copied.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SeaStore {
    /// Copies the database into the new file `target` while it is in use: what the copy holds is
    /// one moment. Only the file's owner may read it, and use folders that are made for it, for it
    /// holds password hashes. Of `SQLite` only.
    pub async fn backup(&self, target: &Path) -> Result<(), BackupError> {
        if self.reader.get_database_backend() == DbBackend::Postgres {
            return Err(BackupError::OfServer);
        }
        let path = target.to_str().ok_or_else(|| BackupError::NotUnicode(target.to_owned()))?;
        reserve(target).await?;
        let copied = sqlite::copy_into(&self.reader.connections(), path).await;
        if copied.is_err() {
            // What is there is ours and no backup. That it could not be copied is the news.
            let _ = tokio::fs::remove_file(target).await;
        }
        Ok(copied?)
    }
}

/// Makes `target` as an empty file, which only one of several can do; `VACUUM INTO` takes an empty
/// file and refuses every other.
async fn reserve(target: &Path) -> Result<(), BackupError> {
    if let Some(folder) = target.parent().filter(|folder| !folder.as_os_str().is_empty())
        && let Err(error) = make_private_folders(folder)
    {
        return Err(BackupError::FolderUnmade(target.to_owned(), error));
    }
    let mut options = tokio::fs::OpenOptions::from(private());
    let Err(error) = options.create_new(true).open(target).await else {
        return Ok(());
    };
    let target = target.to_owned();
    Err(match error.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Exists(target),
        _ => BackupError::Unwritable(target, error),
    })
}
