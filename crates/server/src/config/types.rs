//! The values that variables have.

use std::path::{Path, PathBuf};

pub use basalt_api::{Environment, ForwardedHeader};

use super::Secret;

/// Where files go that belong to the process when its database is none.
const DATA: &str = "data";

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file of its own.
    Sqlite {
        /// As it was configured.
        url: Secret,
        /// The file.
        path: PathBuf,
        /// What of the URL is not done.
        remarks: Vec<String>,
    },
    /// A server that several processes can use.
    Postgres(ServerUrl),
}

impl DatabaseUrl {
    /// The URL as it was configured. It may hold a password.
    pub fn expose(&self) -> &str {
        match self {
            Self::Sqlite { url, .. } | Self::Postgres(ServerUrl { url, .. }) => url.expose(),
        }
    }

    /// Which database it is, as far as it may be told.
    pub fn shown(&self) -> String {
        match self {
            Self::Sqlite { path, .. } => path.display().to_string(),
            Self::Postgres(server) => server.place.clone(),
        }
    }

    /// What of the URL is not done, each in a sentence that begins with the variable's name.
    pub fn remarks(&self) -> &[String] {
        match self {
            Self::Sqlite { remarks, .. } | Self::Postgres(ServerUrl { remarks, .. }) => remarks,
        }
    }

    /// Where the tables are, if the URL says so.
    pub fn schema(&self) -> Option<&str> {
        match self {
            Self::Sqlite { .. } => None,
            Self::Postgres(server) => server.schema.as_deref(),
        }
    }

    /// True where the schema is this process's own business, so that its start may change it.
    pub fn is_private(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    /// The folder for what belongs to the process and not into the database.
    pub fn folder(&self) -> &Path {
        match self {
            Self::Sqlite { path, .. } => match path.parent() {
                Some(folder) if folder != Path::new("") => folder,
                _ => Path::new("."),
            },
            Self::Postgres(_) => Path::new(DATA),
        }
    }
}

/// The address of a server, with what it takes to get in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerUrl {
    /// As it was configured. It may hold a password.
    pub url: Secret,
    /// Host, port and database: what may be told.
    pub place: String,
    /// Where the tables are, if the URL says so.
    pub schema: Option<String>,
    /// What of the URL is not done, each in a sentence that begins with the variable's name.
    pub remarks: Vec<String>,
}
