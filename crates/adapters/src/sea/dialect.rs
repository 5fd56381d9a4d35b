//! What one database does differently from the others. `SQLite` alone so far.

use sea_orm::{
    ExprTrait, SqliteTransactionMode, TransactionOptions,
    sea_query::{Expr, Func},
    sqlx::error::DatabaseError,
};

/// Reads the database file: `SELECT 1` would be answered without looking at it.
pub(super) const PROBE: &str = "SELECT count(*) FROM sqlite_schema";

/// `BEGIN IMMEDIATE` takes the write lock at once. A unit of work that starts reading and takes
/// the lock at its first write fails when somebody wrote in between, and no busy timeout helps.
/// It also makes units of work run one after the other, which is all that the rule of the last
/// administrator needs.
pub(super) fn unit_of_work() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    }
}

/// True where `text` holds `needle`, taken literally. `instr` and not `LIKE`: `SQLite`'s ignores
/// the case of ASCII letters, needs wildcards escaped and refuses long patterns.
pub(super) fn contains(text: Expr, needle: &str) -> Expr {
    Expr::expr(Func::cust("instr").arg(text).arg(needle)).gt(0)
}

/// The name of the unique constraint that refused a row. `SQLite` tells the table and the column
/// (`UNIQUE constraint failed: users.email`), of which the schema makes the name.
pub(super) fn violated_unique_constraint(error: &dyn DatabaseError) -> Option<String> {
    let (_, column) = error.message().split_once("UNIQUE constraint failed: ")?;
    Some(format!("uq_{}", column.replace('.', "_")))
}

/// True when the database was busy, or what lies under it (memory, files, the disk) was in the
/// way: another try may find it well.
pub(super) fn is_worth_another_try(error: &dyn DatabaseError) -> bool {
    const LOCKED: i32 = 6;
    const NOMEM: i32 = 7;
    const INTERRUPT: i32 = 9;
    const IOERR: i32 = 10;
    const FULL: i32 = 13;
    const CANTOPEN: i32 = 14;
    const PROTOCOL: i32 = 15;
    matches!(
        result_code(error),
        Some(BUSY | LOCKED | NOMEM | INTERRUPT | IOERR | FULL | CANTOPEN | PROTOCOL)
    )
}

/// True when another process holds a lock on the file.
pub(super) fn is_locked(error: &dyn DatabaseError) -> bool {
    result_code(error) == Some(BUSY)
}

const BUSY: i32 = 5;

/// The primary result code of `SQLite`, the low byte of the extended one.
fn result_code(error: &dyn DatabaseError) -> Option<i32> {
    let extended: i32 = error.code()?.parse().ok()?;
    Some(extended & 0xff)
}
