//! What one database does differently from the other: `SQLite` and `PostgreSQL`. How each is
//! opened stands in the file of its name.

use sea_orm::{
    DbBackend, DbErr, RuntimeErr, SqliteTransactionMode, TransactionOptions,
    sqlx::{self, error::DatabaseError, postgres::PgDatabaseError},
};

use super::{failure::Undone, sql::Sql};

/// A statement that a database answers only when it works. `SQLite` would answer `SELECT 1`
/// without looking at its file.
pub(super) fn probe(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Sqlite => "SELECT count(*) FROM sqlite_schema",
        _ => IS_READ_ONLY,
    }
}

/// Answered with [`YES`] by a `PostgreSQL` that is a replica, and by one that was told to be
/// read-only.
pub(super) const IS_READ_ONLY: &str = "SELECT current_setting('transaction_read_only')";
pub(super) const YES: &str = "on";

/// On `SQLite`, `BEGIN IMMEDIATE` takes the write lock at once. A unit of work that starts reading
/// and takes the lock at its first write fails when somebody wrote in between, and no busy timeout
/// helps. It also makes units of work run one after the other. On `PostgreSQL` they run side by
/// side under `READ COMMITTED`: each write checks what it needs itself, and see [`LOCK_ADMINS`].
pub(super) fn unit_of_work() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    }
}

/// Held to the end of its unit by whoever asks for the active administrators. A statement of its
/// own: what the next one sees is then from after the wait. It locks a number and no rows, since
/// an answer without rows needs it too.
pub(super) const LOCK_ADMINS: &str = "SELECT pg_advisory_xact_lock(1650553697, 1)";

/// True where the column `text` holds `needle`, taken literally. On `SQLite` `instr` and not `LIKE`,
/// which ignores the case of ASCII letters there and refuses long patterns. On `PostgreSQL` `LIKE`,
/// which is three times faster there than `strpos`.
pub(super) fn contains(text: &str, needle: &str, sql: &mut Sql) -> String {
    match sql.backend() {
        DbBackend::Sqlite => format!("instr({text}, {}) > 0", sql.bind(needle)),
        _ => format!("{text} LIKE {}", sql.bind(format!("%{}%", escaped(needle)))),
    }
}

/// `needle` without its wildcards' meaning; the backslash is `PostgreSQL`'s own escape.
fn escaped(needle: &str) -> String {
    let mut pattern = String::with_capacity(needle.len() + 2);
    for character in needle.chars() {
        if matches!(character, '\\' | '%' | '_') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

/// The name of the unique constraint that refused a row. `PostgreSQL` tells it; `SQLite` tells the
/// table and the column (`UNIQUE constraint failed: users.email`), of which the schema makes the
/// name.
pub(super) fn violated_unique_constraint(error: &dyn DatabaseError) -> Option<String> {
    if let Some(refused) = postgres(error) {
        return (refused.code() == UNIQUE_VIOLATION)
            .then(|| refused.constraint().unwrap_or_default().to_owned());
    }
    let (_, column) = error.message().split_once("UNIQUE constraint failed: ")?;
    Some(format!("uq_{}", column.replace('.', "_")))
}

/// True when the database was busy, or what lies under it (memory, files, the disk) was in the
/// way: another try may find it well.
pub(super) fn is_worth_another_try(error: &dyn DatabaseError) -> bool {
    match postgres(error) {
        Some(refused) => is_passing(refused.code()),
        None => matches!(
            result_code(error),
            Some(BUSY | LOCKED | NOMEM | READONLY | INTERRUPT | IOERR | FULL | CANTOPEN | PROTOCOL)
        ),
    }
}

/// Whether an answer shows that nothing was done, neither of its statement nor, within a transaction,
/// of what came before it.
pub(super) fn undone(error: &dyn DatabaseError) -> Option<Undone> {
    undone_by(postgres(error)?.code())
}

fn undone_by(code: &str) -> Option<Undone> {
    match code {
        // Ended by an administrator, or because it or its transaction idled too long.
        "57P01" | "57P05" | "25P03"
        // A prepared statement whose table has changed, that somebody has thrown away, or whose name
        // a pooler has given to another.
        | "0A000" | "26000" | "42P05"
        // A server that is only read from: a primary that was replaced by its replica.
        | "25006" => Some(Undone::ForTheConnection),
        // Two that were in each other's way, and one of them had to go.
        "40001" | "40P01" => Some(Undone::ForAnother),
        _ => None,
    }
}

/// True when somebody else held a row or a number until the wait for it was over. `SQLite` has
/// nothing of the kind: its one lock is waited for when a unit begins.
pub(super) fn gave_up_a_lock(error: &dyn DatabaseError) -> bool {
    postgres(error).is_some_and(|refused| refused.code() == LOCK_NOT_AVAILABLE)
}

/// What `SQLite` means when it says that a file can't be used. Its own words name neither a reason
/// nor anything to do.
pub(super) fn trouble_with_files(error: &dyn DatabaseError) -> Option<&'static str> {
    match result_code(error).filter(|_| postgres(error).is_none())? {
        READONLY => Some(
            "the SQLite file may be read and not written, by its mode, its owner or its file \
             system; every write fails until this account may write it",
        ),
        CANTOPEN => Some(
            "the SQLite file or its log can't be opened; the account of this process needs the \
             rights to read and write file and folder",
        ),
        FULL => Some("the disk is full; every write fails until there is room"),
        IOERR => Some("the disk or the file system under the SQLite file fails"),
        NOTADB => Some("the file is no database of SQLite; name another, or restore a backup"),
        _ => None,
    }
}

/// True where waiting does not mend what a start found: rights, and a file that is none.
pub(super) fn ends_a_start(error: &dyn DatabaseError) -> bool {
    matches!(result_code(error), Some(READONLY | CANTOPEN | NOTADB))
}

/// True when another process holds the lock of an `SQLite` file.
pub(super) fn is_locked(error: &dyn DatabaseError) -> bool {
    result_code(error) == Some(BUSY)
}

/// The answer of a server that lives and has no connection left to give.
pub(super) fn has_too_many_connections(error: &sqlx::Error) -> bool {
    let refused = error.as_database_error().and_then(postgres);
    refused.is_some_and(|refused| refused.code() == "53300")
}

/// The same of a call that found none.
pub(super) fn is_crowded(error: &DbErr) -> bool {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => has_too_many_connections(error),
        _ => false,
    }
}

const UNIQUE_VIOLATION: &str = "23505";
const LOCK_NOT_AVAILABLE: &str = "55P03";

fn postgres(error: &dyn DatabaseError) -> Option<&PgDatabaseError> {
    error.try_downcast_ref()
}

/// The `SQLSTATE`s of troubles that pass.
fn is_passing(code: &str) -> bool {
    match code {
        LOCK_NOT_AVAILABLE
        // Cancelled by a limit on its time; a server that was killed or starts.
        | "57014" | "57P02" | "57P03"
        // Where nothing was done and nobody begins it once more.
        | "57P01" | "57P05" | "25P03" | "25006" | "40001" | "40P01" => true,
        // The connection, the resources of the server, the machine under it.
        _ => ["08", "53", "58"].iter().any(|class| code.starts_with(class)),
    }
}

const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const NOMEM: i32 = 7;
const READONLY: i32 = 8;
const INTERRUPT: i32 = 9;
const IOERR: i32 = 10;
const FULL: i32 = 13;
const CANTOPEN: i32 = 14;
const PROTOCOL: i32 = 15;
const NOTADB: i32 = 26;

/// The primary result code of `SQLite`, the low byte of the extended one.
fn result_code(error: &dyn DatabaseError) -> Option<i32> {
    let extended: i32 = error.code()?.parse().ok()?;
    Some(extended & 0xff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_of_a_pattern_are_taken_as_they_are() {
        assert_eq!(escaped(r"50%_\a"), r"50\%\_\\a");
        assert_eq!(escaped("plain"), "plain");
    }

    #[test]
    fn troubles_that_pass_are_told_from_those_that_stay() {
        for code in ["08006", "53100", "53300", "55P03", "57014", "57P02", "57P03", "58030"] {
            assert!(is_passing(code) && undone_by(code).is_none(), "{code}");
        }
        for code in
            ["57P01", "57P05", "25P03", "0A000", "26000", "42P05", "25006", "40001", "40P01"]
        {
            assert!(undone_by(code).is_some(), "{code}");
        }
        for code in ["22021", "23505", "42P01", "42501", "42703", "XX000"] {
            assert!(!is_passing(code) && undone_by(code).is_none(), "{code}");
        }
    }
}
