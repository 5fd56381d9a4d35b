//! The indexes of searches. Substrings are found by the trigrams that they share with a text. Only
//! `PostgreSQL` has such an index; on `SQLite` a search reads the rows of the list that it is in.
//!
//! They belong to an extension, `pg_trgm`, which not everybody may add to a database and not every
//! server has. So they are no condition of anything: where the extension can't be had, searches are
//! slower and find the same.

use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

/// Table, name and columns of each index.
const INDEXES: [(&str, &str, [&str; 2]); 2] = [
    (
        "posts",
        "ix_posts_search",
        ["title_folded", "content_folded"],
    ),
    ("users", "ix_users_search", ["name_folded", "email"]),
];

/// Makes the indexes that are missing, where the extension is there or may be added. It may stand
/// in whatever schema, so its operators are called by their full name.
pub async fn make_indexes(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let create = INDEXES.map(|(table, name, columns)| {
        let columns = columns.map(|column| format!("{column} %1$I.gin_trgm_ops"));
        let columns = columns.join(", ");
        format!(
            "EXECUTE format('CREATE INDEX IF NOT EXISTS {name} ON {table} USING gin ({columns})', \
             place);"
        )
    });
    // Each inner block is undone by itself when it fails, and the transaction goes on.
    db.execute_unprepared(&format!(
        "DO $$
        DECLARE place name;
        BEGIN
            BEGIN
                CREATE EXTENSION IF NOT EXISTS pg_trgm;
            EXCEPTION WHEN OTHERS THEN
                RAISE DEBUG 'pg_trgm can''t be had: %', SQLERRM;
            END;
            SELECT nspname INTO place FROM pg_extension
                JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'pg_trgm';
            IF place IS NOT NULL THEN
                BEGIN
                    {}
                EXCEPTION WHEN insufficient_privilege OR read_only_sql_transaction THEN
                    RAISE DEBUG 'pg_trgm may not be used: %', SQLERRM;
                END;
            END IF;
        END $$",
        create.join(" ")
    ))
    .await?;
    Ok(())
}

/// Whether searches have all the help that this database can give.
pub async fn has_indexes(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(true);
    }
    let names = INDEXES.map(|(_, name, _)| format!("to_regclass('{name}')"));
    let count = format!(
        "SELECT count(*) FROM pg_index WHERE indisvalid AND indexrelid IN ({})",
        names.join(", ")
    );
    let row = db
        .query_one_raw(Statement::from_string(DbBackend::Postgres, count))
        .await?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(usize::try_from(count) == Ok(INDEXES.len()))
}

pub(crate) async fn drop_indexes(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    for (_, name, _) in INDEXES {
        let dropped = format!("DROP INDEX IF EXISTS {name}");
        db.execute_unprepared(&dropped).await?;
    }
    Ok(())
}
