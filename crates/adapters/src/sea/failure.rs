use std::time::Duration;

use basalt_domain::ports::StoreError;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, sqlx};

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
    /// Anything else.
    Store(StoreError),
}

impl Failure {
    pub(super) fn took_longer_than(limit: Duration) -> Self {
        Self::Store(StoreError::unavailable(format!(
            "no answer within {} ms",
            limit.as_millis()
        )))
    }

    /// For calls that are not made because they would fail.
    pub(super) fn away() -> Self {
        Self::Store(StoreError::unavailable(
            "the database does not answer; it is asked until it does",
        ))
    }

    /// True where the database may be away.
    pub(super) fn is_unavailable(&self) -> bool {
        matches!(self, Self::Store(StoreError::Unavailable(_)))
    }

    pub(super) fn spoiled() -> Self {
        Self::Store(StoreError::failed(
            "an earlier call of this unit of work failed; it can only be dropped",
        ))
    }
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
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
    let kind = kind(&error);
    let refused = driver_error(&error).and_then(sqlx::Error::as_database_error);
    if let Some(meaning) = refused.and_then(dialect::trouble_with_files) {
        return kind.of(Explained {
            meaning,
            source: error,
        });
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
    store_error(DbErr::Conn(RuntimeErr::SqlxError(error.into())))
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
    fn of(&self, error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
        match self {
            Self::Unavailable => StoreError::unavailable(error),
            Self::Corrupt => StoreError::corrupt(error),
            Self::Failed => StoreError::failed(error),
        }
    }
}

fn kind(error: &DbErr) -> Kind {
    match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout | ConnAcquireErr::ConnectionClosed) => {
            Kind::Unavailable
        }
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
