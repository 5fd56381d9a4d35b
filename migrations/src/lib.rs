//! The schema of Basalt, as steps that are applied in order and can be undone in reverse.
//!
//! **What is here.** One file a step, each with its own names for tables and columns, so that a
//! step never changes after it was released. [`Migrator`] lists them.
//!
//! **What must never be here.** A step that a running server of the release before can't live
//! with: columns are added (nullable or with a default) in one release and removed in a later one
//! (expand, then contract), because replicas of both run side by side during a deployment.
//!
//! **Choices that hold for every table.**
//! - Moments are `BIGINT` microseconds since 1970: they sort and compare exactly on every store,
//!   while times as text (what `SQLite` would keep) sort by spelling.
//! - Texts have no length here. The domain decides lengths, and a rule that is relaxed there must
//!   not need a table to be rebuilt. They sort and compare by code point on every database.
//! - Unique constraints are unique indexes named `uq_<table>_<column>`: the name decides what a
//!   violation means, and an index can be replaced without rebuilding its table on `SQLite`.
//! - Every foreign key has an index that starts with its column; without it each delete of a user
//!   would read the whole table that points at users.
//!
//! **One schema for two databases.** `SQLite` and `PostgreSQL` get the same tables, names and
//! indexes from the same steps; what only one of them can do (an index of trigrams) is a step that
//! does nothing on the other, so that both count the same steps. That one is optional, see
//! [`search`].
//!
//! **How to extend it.** Add `src/mYYYYMMDD_NNNNNN_what_it_does.rs` with `up` and `down`, and list
//! it last in [`Migrator`]. The tests undo and redo every step.

pub mod list_states;
mod m20260101_000001_create_users;
mod m20260101_000002_create_posts;
mod m20260101_000003_create_idempotency_records;
mod m20260101_000004_create_revoked_tokens;
mod m20260101_000005_create_search_indexes;
mod m20260101_000006_create_list_states;
mod m20260101_000007_drop_search_indexes;
mod search;

use sea_orm_migration::{
    prelude::*,
    sea_orm::{DbBackend, EntityTrait},
    seaql_migrations,
};

pub use sea_orm_migration::MigratorTrait;

/// All steps, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20260101_000001_create_users::Migration),
            Box::new(m20260101_000002_create_posts::Migration),
            Box::new(m20260101_000003_create_idempotency_records::Migration),
            Box::new(m20260101_000004_create_revoked_tokens::Migration),
            Box::new(m20260101_000005_create_search_indexes::Migration),
            Box::new(m20260101_000006_create_list_states::Migration),
            Box::new(m20260101_000007_drop_search_indexes::Migration),
        ]
    }
}

/// The names of the steps this binary knows, oldest first.
pub fn known() -> Vec<String> {
    Migrator::migrations().iter().map(|step| step.name().to_owned()).collect()
}

/// The names of the steps that were applied to `db`, oldest first; among them may be some that
/// this binary does not know. Only reads: `MigratorTrait`'s own methods create their table first.
pub async fn applied<'c, C>(db: C) -> Result<Vec<String>, DbErr>
where
    C: IntoSchemaManagerConnection<'c>,
{
    let manager = SchemaManager::new(db);
    let table = Migrator::migration_table_name().to_string();
    if !manager.has_table(table).await? {
        return Ok(Vec::new());
    }
    let mut names: Vec<_> = seaql_migrations::Entity::find()
        .all(manager.get_connection())
        .await?
        .into_iter()
        .map(|step| step.version)
        .collect();
    names.sort_unstable();
    Ok(names)
}

/// A text that is never null. `SQLite` compares by code point unless told otherwise; `PostgreSQL`
/// by the language that the database was created for.
fn text(name: impl IntoIden, backend: DbBackend) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    column.text();
    if backend == DbBackend::Postgres {
        column.extra("COLLATE \"C\"");
    }
    column.not_null().take()
}
