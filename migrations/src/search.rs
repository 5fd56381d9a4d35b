//! The indexes that searches had once. Substrings are found by the trigrams that they share with a text. Only
//! `PostgreSQL` has such an index; on `SQLite` a search reads the rows of the list that it is in.
//!
//! They belong to an extension, `pg_trgm`, which not everybody may add to a database and not every
//! server has. So they are no condition of anything.

use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, DbErr};

/// Table, name and columns of each index.
const INDEXES: [(&str, &str, [&str; 2]); 2] = [
    ("posts", "ix_posts_search", ["title_folded", "content_folded"]),
    ("users", "ix_users_search", ["name_folded", "email"]),
];

/// Makes the indexes that are missing, where the extension is there or may be added. It may stand
/// in whatever schema, so its operators are called by their full name.
pub(crate) async fn make_indexes(db: &impl ConnectionTrait) -> Result<(), DbErr> {
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
