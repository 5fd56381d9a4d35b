use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Table, name and columns of each index.
const INDEXES: [(&str, &str, &[&str]); 2] = [
    (
        "posts",
        "ix_posts_search",
        &["title_folded", "content_folded"],
    ),
    ("users", "ix_users_search", &["name_folded", "email"]),
];

/// Substrings are found by the trigrams that they share with a text. Only `PostgreSQL` has such an
/// index; on `SQLite` a search reads the rows of the list that it is in.
///
/// The extension comes with the server and whoever may create tables may add it. Where only an
/// administrator may, they add it once (`CREATE EXTENSION pg_trgm`) and this finds it there.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let db = manager.get_connection();
        db.execute_unprepared("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            .await?;
        for (table, name, columns) in INDEXES {
            let columns: Vec<_> = columns
                .iter()
                .map(|column| format!("{column} gin_trgm_ops"))
                .collect();
            let columns = columns.join(", ");
            db.execute_unprepared(&format!(
                "CREATE INDEX {name} ON {table} USING gin ({columns})"
            ))
            .await?;
        }
        Ok(())
    }

    /// Leaves the extension, which others in the same database may use.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        for (_, name, _) in INDEXES {
            let dropped = format!("DROP INDEX {name}");
            manager
                .get_connection()
                .execute_unprepared(&dropped)
                .await?;
        }
        Ok(())
    }
}
