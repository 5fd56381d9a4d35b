//! The INSERT of a post by plain sqlx, prepared, as durable as ours.

use std::{
    io,
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use actix_web::HttpResponse;
use sea_orm::sqlx::{
    PgPool, SqlitePool,
    postgres::PgPoolOptions,
    query, query_scalar,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
    types::Uuid,
};
use serde::Deserialize;

use super::{
    answers::{Author, Post},
    rows::{CONNECTIONS, failed, json},
};
use crate::wrong;

const INSERT: &str = "
INSERT INTO posts (id, author_id, published, version, created_at, updated_at, title, title_folded,
                   content, content_folded)
VALUES ($1, $2, $3, 1, $4, $4, $5, $6, $7, $8)";

const PLAIN_INSERT: &str = "
INSERT INTO plain_posts (id, author_id, published, version, created_at, updated_at, title,
                         title_folded, content, content_folded)
VALUES ($1, $2, $3, 1, $4, $4, $5, $6, $7, $8)";

/// The same columns, and the primary key alone.
const PLAIN_TABLE: &str = "CREATE TABLE plain_posts (LIKE posts, PRIMARY KEY (id))";

const AUTHOR: &str = "SELECT id FROM users LIMIT 1";

pub(super) struct Inserts {
    pool: Pool,
    sql: &'static str,
    author: Uuid,
    /// The next one's time of creation, in microseconds.
    next: AtomicI64,
}

enum Pool {
    Postgres(PgPool),
    Sqlite(SqlitePool),
}

#[derive(Deserialize)]
struct NewPost {
    title: String,
    content: String,
    published: bool,
}

impl Inserts {
    pub(super) async fn open(database: &str, is_plain: bool) -> io::Result<Self> {
        let opened = async {
            let (pool, author) = if let Some(file) = database.strip_prefix("sqlite://") {
                let pool = sqlite(file).await?;
                let author = query_scalar(AUTHOR).fetch_one(&pool).await?;
                (Pool::Sqlite(pool), author)
            } else {
                let pool = PgPoolOptions::new().max_connections(CONNECTIONS);
                let pool = pool.connect(database).await?;
                if is_plain {
                    query(PLAIN_TABLE).execute(&pool).await?;
                }
                let author = query_scalar(AUTHOR).fetch_one(&pool).await?;
                (Pool::Postgres(pool), author)
            };
            Ok(Self {
                pool,
                sql: if is_plain { PLAIN_INSERT } else { INSERT },
                author,
                next: AtomicI64::new(1_780_000_000_000_000),
            })
        };
        opened.await.map_err(|error: sea_orm::sqlx::Error| wrong(error))
    }

    pub(super) async fn insert(&self, body: &[u8]) -> actix_web::Result<HttpResponse> {
        let NewPost { title, content, published } = serde_json::from_slice(body)?;
        let time = self.next.fetch_add(1_000, Ordering::Relaxed);
        let post = Post {
            id: id(time),
            title,
            content,
            published,
            author: Author { id: self.author, name: String::new() },
            created_at: time,
            updated_at: time,
        };
        // The two databases have different types for the same call.
        macro_rules! insert_into {
            ($pool:expr) => {
                query(self.sql)
                    .bind(post.id)
                    .bind(post.author.id)
                    .bind(post.published)
                    .bind(post.created_at)
                    .bind(&post.title)
                    .bind(post.title.to_lowercase())
                    .bind(&post.content)
                    .bind(post.content.to_lowercase())
                    .execute($pool)
                    .await
                    .map(drop)
            };
        }
        let inserted = match &self.pool {
            Pool::Postgres(pool) => insert_into!(pool),
            Pool::Sqlite(pool) => insert_into!(pool),
        };
        inserted.map_err(failed)?;
        Ok(HttpResponse::Created().content_type("application/json").body(json(post)?))
    }
}

/// One connection writes, as with us: SQLite has one writer at a time.
async fn sqlite(file: &str) -> Result<SqlitePool, sea_orm::sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal);
    SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options)
        .await
}

/// Of version 7: one that is made later is greater.
fn id(micros: i64) -> Uuid {
    let (millis, micros) = (micros.unsigned_abs() / 1_000, micros.unsigned_abs());
    Uuid::from_u64_pair(millis << 16 | 0x7000, 0x8000_0000_0000_0000 | micros)
}
