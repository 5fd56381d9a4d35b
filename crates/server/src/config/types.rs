//! The values that variables have.

use std::path::{Path, PathBuf};

pub use basalt_api::{Environment, ForwardedHeader};

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One object a line, for machines.
    Json,
}

/// Which database, and where. Another kind of database is another variant: the places that have
/// to decide then stop compiling.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file of its own.
    Sqlite {
        /// As it was configured.
        url: String,
        /// The file.
        path: PathBuf,
    },
}

impl DatabaseUrl {
    /// The URL as it was configured.
    pub fn as_str(&self) -> &str {
        let Self::Sqlite { url, .. } = self;
        url
    }

    /// The file.
    pub fn path(&self) -> &Path {
        let Self::Sqlite { path, .. } = self;
        path
    }

    /// The folder for what belongs to the process and not into the database.
    pub fn folder(&self) -> &Path {
        match self.path().parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        }
    }
}

/// Without the URL, which may hold a password.
impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self::Sqlite { path, .. } = self;
        f.debug_struct("Sqlite").field("path", path).finish()
    }
}
