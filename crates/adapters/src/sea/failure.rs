use std::time::Duration;

use basalt_domain::ports::StoreError;
use sea_orm::{DbErr, RuntimeErr, sqlx};

use super::dialect;

/// Why a statement did not do what it was asked.
#[derive(Debug)]
pub(super) enum Failure {
    /// The unique constraint of this name refused a row; nothing was written.
    Taken(String),
    /// A foreign key refused a row, because what it points at is gone; nothing was written.
    Dangling(DbErr),
    /// Somebody else held what was to be locked until the wait was over; nothing was written.
    Locked(StoreError),
    /// The first answer shows that nothing was done.
    Undone(Undone, DbErr),
    /// The connection was lost without an answer.
    Lost(DbErr),
    /// Anything else.
    Store(StoreError),
}

/// For what reason nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undone {
    /// The connection is of no use, and those that were made before may be of none either.
    ForTheConnection,
    /// Two were in each other's way, and this one had to go.
    ForAnother,
}

/// Whether `error` shows that nothing was done. A connection that was lost without an answer shows
/// it for what does nothing by itself, that `is_harmless`: a read, a `BEGIN`, a part of a unit of
/// work that is not committed.
pub(super) fn undone(error: &DbErr, is_harmless: bool) -> Option<Undone> {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) =
        error
    else {
        return None;
    };
    match &**error {
        sqlx::Error::Database(refused) => dialect::undone(&**refused),
        sqlx::Error::Io(_) if is_harmless => Some(Undone::ForTheConnection),
        _ => None,
    }
}

impl Failure {
    pub(super) fn took_longer_than(limit: Duration) -> Self {
        Self::Store(StoreError::unavailable(format!("no answer within {} ms", limit.as_millis())))
    }

    /// For calls that are not made because they would fail.
    pub(super) fn away(reason: &str) -> Self {
        Self::Store(StoreError::unavailable(format!(
            "the database does not answer and is asked until it does: {reason}"
        )))
    }

    /// For writes that are not made because they would fail.
    pub(super) fn read_only() -> Self {
        Self::Store(StoreError::unavailable(
            "the database takes no writes; it is asked until it does",
        ))
    }

    /// True where the database may be away.
    pub(super) fn is_unavailable(&self) -> bool {
        self.is_of_connection() || matches!(self, Self::Store(StoreError::Unavailable(_)))
    }

    /// True where a connection turned out to be of no use.
    pub(super) fn is_of_connection(&self) -> bool {
        matches!(self, Self::Undone(Undone::ForTheConnection, _) | Self::Lost(_))
    }

    /// The same within a unit of work that is not committed: whatever is lost is rolled back.
    pub(super) fn within_a_unit(self) -> Self {
        match self {
            Self::Lost(error) => Self::Undone(Undone::ForTheConnection, error),
            other => other,
        }
    }

    /// The same at a commit: what the answer says is not believed enough to write twice.
    pub(super) fn at_a_commit(self) -> Self {
        match self {
            Self::Undone(_, error) => Self::Store(StoreError::unavailable(error)),
            other => other,
        }
    }

    pub(super) fn spoiled() -> Self {
        Self::Store(StoreError::failed(
            "an earlier call of this unit of work failed; it can only be dropped",
        ))
    }
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        if let Some(why) = undone(&error, false) {
            return Self::Undone(why, error);
        }
        if undone(&error, true).is_some() {
            return Self::Lost(error);
        }
        if let Some(refused) = driver_error(&error).and_then(sqlx::Error::as_database_error) {
            if let Some(constraint) = dialect::violated_unique_constraint(refused) {
                return Self::Taken(constraint);
            }
            if refused.is_foreign_key_violation() {
                return Self::Dangling(error);
            }
            if dialect::gave_up_a_lock(refused) {
                return Self::Locked(StoreError::unavailable(error));
            }
        }
        Self::Store(store_error(error))
    }
}

/// For calls that no constraint can refuse in a way that means something to the domain.
impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Taken(constraint) => {
                Self::failed(format!("{constraint} refused a row that should be new"))
            }
            Failure::Dangling(error) => Self::failed(error),
            Failure::Undone(_, error) => Self::undone(error),
            Failure::Lost(error) => Self::unavailable(error),
            Failure::Locked(error) | Failure::Store(error) => error,
        }
    }
}

fn driver_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
}

pub(super) fn store_error(error: DbErr) -> StoreError {
    explained(kind(&error), error)
}

/// True where `SQLite` may not use its files, or has no room for them.
pub(super) fn is_trouble_with_files(error: &DbErr) -> bool {
    let refused = driver_error(error).and_then(sqlx::Error::as_database_error);
    refused.and_then(dialect::trouble_with_files).is_some()
}

/// Of this kind, in words that say what it means where the driver's own don't.
fn explained(kind: Kind, error: DbErr) -> StoreError {
    let refused = driver_error(&error).and_then(sqlx::Error::as_database_error);
    if let Some(meaning) = refused.and_then(dialect::trouble_with_files) {
        return kind.of(Explained { meaning, source: error });
    }
    kind.of(error)
}

/// An error in words that say what it means and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{meaning}")]
struct Explained {
    meaning: &'static str,
    source: DbErr,
}

/// The same for what goes wrong below `SeaORM`.
pub(super) fn driver_failed(error: sqlx::Error) -> StoreError {
    let kind = kind_of_driver_error(&error);
    explained(kind, DbErr::Conn(RuntimeErr::SqlxError(error.into())))
}

/// The same for the first connection to an `SQLite` file, where some troubles are mistakes that
/// waiting does not mend.
pub(super) fn of_the_start(error: sqlx::Error) -> StoreError {
    let refused = error.as_database_error();
    let ends = refused.is_some_and(dialect::ends_a_start);
    match driver_failed(error) {
        StoreError::Unavailable(cause) if ends => StoreError::Failed(cause),
        other => other,
    }
}

enum Kind {
    Unavailable,
    Corrupt,
    Failed,
}

impl Kind {
    fn of(self, error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
        match self {
            Self::Unavailable => StoreError::unavailable(error),
            Self::Corrupt => StoreError::corrupt(error),
            Self::Failed => StoreError::failed(error),
        }
    }
}

fn kind(error: &DbErr) -> Kind {
    match error {
        // Whatever keeps us from a connection says nothing about what was asked.
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Kind::Unavailable,
        // A value that has not the type of its column, or none where one must be.
        DbErr::Type(_) | DbErr::TryIntoErr { .. } => Kind::Corrupt,
        _ => driver_error(error).map_or(Kind::Failed, kind_of_driver_error),
    }
}

fn kind_of_driver_error(error: &sqlx::Error) -> Kind {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        // The connection is out of step with the server and is thrown away.
        | sqlx::Error::Protocol(_)
        | sqlx::Error::BeginFailed
        | sqlx::Error::WorkerCrashed => Kind::Unavailable,
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Kind::Corrupt,
        sqlx::Error::Database(error) if dialect::is_worth_another_try(&**error) => {
            Kind::Unavailable
        }
        _ => Kind::Failed,
    }
}
