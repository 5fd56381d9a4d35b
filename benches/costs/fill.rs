//! Rows by SQL: millions of them through the API would take hours.

use std::{io, ops::RangeInclusive, path::Path};

use sea_orm::sqlx::{
    Connection as _, Executor as _, PgConnection, SqliteConnection, query,
    sqlite::SqliteConnectOptions,
};

use crate::wrong;

/// Users that are there, each with as many posts as any other.
const USERS: i64 = 1_000;

/// The n-th row was made in the n-th second since some day in 2023; ids are of version 7.
const POSTGRES_USERS: &str = "
INSERT INTO users (id, email, name, name_folded, role, active, version, token_generation,
                   password_hash, created_at, updated_at)
SELECT (lpad(to_hex(1690000000000 + n), 12, '0') || '70008' || lpad(to_hex(n), 15, '0'))::uuid,
       'user' || n || '@example.com', 'User ' || n, 'user ' || n, 'USER', TRUE, 1, 0, '-',
       1690000000000000 + n * 1000000, 1690000000000000 + n * 1000000
FROM generate_series(1, $1) AS n";

const POSTGRES_POSTS: &str = "
INSERT INTO posts (id, author_id, published, version, created_at, updated_at, title, title_folded,
                   content, content_folded)
SELECT (lpad(to_hex(1700000000000 + n), 12, '0') || '70008' || lpad(to_hex(n), 15, '0'))::uuid,
       (lpad(to_hex(1690000000000 + author), 12, '0') || '70008' || lpad(to_hex(author), 15, '0'))::uuid,
       TRUE, 1, 1700000000000000 + n * 1000000, 1700000000000000 + n * 1000000,
       'Post ' || n, 'post ' || n,
       'What post ' || n || ' has to say, in about as many words as fit on a line or two.',
       'what post ' || n || ' has to say, in about as many words as fit on a line or two.'
FROM (SELECT n, 1 + n % $3 AS author FROM generate_series($1, $2) AS n) AS numbers";

const SQLITE_USERS: &str = "
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $1)
INSERT INTO users (id, email, name, name_folded, role, active, version, token_generation,
                   password_hash, created_at, updated_at)
SELECT unhex(printf('%012x70008%015x', 1690000000000 + n, n)),
       'user' || n || '@example.com', 'User ' || n, 'user ' || n, 'USER', TRUE, 1, 0, '-',
       1690000000000000 + n * 1000000, 1690000000000000 + n * 1000000
FROM numbers";

const SQLITE_POSTS: &str = "
WITH RECURSIVE numbers(n) AS (SELECT $1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $2)
INSERT INTO posts (id, author_id, published, version, created_at, updated_at, title, title_folded,
                   content, content_folded)
SELECT unhex(printf('%012x70008%015x', 1700000000000 + n, n)),
       unhex(printf('%012x70008%015x', 1690000000000 + author, author)),
       TRUE, 1, 1700000000000000 + n * 1000000, 1700000000000000 + n * 1000000,
       'Post ' || n, 'post ' || n,
       'What post ' || n || ' has to say, in about as many words as fit on a line or two.',
       'what post ' || n || ' has to say, in about as many words as fit on a line or two.'
FROM (SELECT n, 1 + n % $3 AS author FROM numbers)";

/// A database with our schema. Fills it with the posts of these numbers, and with users when they
/// begin with the first.
pub(crate) async fn fill(database: &str, posts: RangeInclusive<i64>) -> io::Result<()> {
    let filled = async {
        if let Some(file) = database.strip_prefix("sqlite://") {
            return fill_sqlite(Path::new(file), posts).await;
        }
        let mut connection = PgConnection::connect(database).await?;
        if *posts.start() == 1 {
            query(POSTGRES_USERS).bind(USERS).execute(&mut connection).await?;
        }
        let rows = query(POSTGRES_POSTS).bind(posts.start()).bind(posts.end()).bind(USERS);
        rows.execute(&mut connection).await?;
        // What autovacuum would do a minute later, in the midst of a measurement.
        connection.execute("VACUUM ANALYZE").await?;
        connection.close().await
    };
    filled.await.map_err(wrong)
}

async fn fill_sqlite(file: &Path, posts: RangeInclusive<i64>) -> Result<(), sea_orm::sqlx::Error> {
    let options = SqliteConnectOptions::new().filename(file);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    if *posts.start() == 1 {
        query(SQLITE_USERS).bind(USERS).execute(&mut connection).await?;
    }
    let rows = query(SQLITE_POSTS).bind(*posts.start()).bind(*posts.end()).bind(USERS);
    rows.execute(&mut connection).await?;
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    connection.close().await
}
