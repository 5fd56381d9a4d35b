//! The same rows by plain sqlx, without total, version or tag: ids from an index first, since that is
//! what somebody writes who knows the database.

use std::io;

use actix_web::error::{ErrorInternalServerError, ErrorNotFound};
use sea_orm::sqlx::{Error, PgPool, postgres::PgPoolOptions, query_as, types::Uuid};

use super::answers::{Answer, Author, Post, User};
use crate::wrong;

/// As many as our pool has.
pub(super) const CONNECTIONS: u32 = 10;

const POSTS: &str = "
SELECT p.id, p.title, p.content, p.published, p.author_id, a.name, p.created_at, p.updated_at
FROM (SELECT id FROM posts WHERE published = TRUE
      ORDER BY created_at DESC, id DESC LIMIT 10 OFFSET $1) AS keys
JOIN posts AS p ON p.id = keys.id JOIN users AS a ON a.id = p.author_id
ORDER BY p.created_at DESC, p.id DESC";

const POST: &str = "
SELECT p.id, p.title, p.content, p.published, p.author_id, a.name, p.created_at, p.updated_at
FROM posts AS p JOIN users AS a ON a.id = p.author_id WHERE p.id = $1";

const USERS: &str = "
SELECT id, email, name, role, active, created_at, updated_at
FROM users ORDER BY created_at DESC, id DESC LIMIT 10";

type PostRow = (Uuid, String, String, bool, Uuid, String, i64, i64);
type UserRow = (Uuid, String, String, String, bool, i64, i64);

pub(super) struct Rows(PgPool);

impl Rows {
    pub(super) async fn open(database: &str) -> io::Result<Self> {
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS);
        Ok(Self(pool.connect(database).await.map_err(wrong)?))
    }

    pub(super) async fn posts(&self, query: &str) -> actix_web::Result<Vec<u8>> {
        let page = query.split('&').find_map(|part| part.strip_prefix("page="));
        let page: i64 = page.and_then(|page| page.parse().ok()).unwrap_or(1);
        let rows = query_as::<_, PostRow>(POSTS).bind((page - 1) * 10);
        let rows = rows.fetch_all(&self.0).await.map_err(failed)?;
        json(rows.into_iter().map(post).collect::<Vec<_>>())
    }

    pub(super) async fn post(&self, path: &str) -> actix_web::Result<Vec<u8>> {
        let id = path.rsplit('/').next().and_then(|id| Uuid::try_parse(id).ok());
        let id = id.ok_or_else(|| ErrorNotFound("no id"))?;
        let row = query_as::<_, PostRow>(POST).bind(id).fetch_one(&self.0);
        json(post(row.await.map_err(failed)?))
    }

    pub(super) async fn users(&self) -> actix_web::Result<Vec<u8>> {
        let rows = query_as::<_, UserRow>(USERS).fetch_all(&self.0);
        let users = rows.await.map_err(failed)?.into_iter().map(
            |(id, email, name, role, active, created_at, updated_at)| User {
                id,
                email,
                name,
                role,
                active,
                created_at,
                updated_at,
            },
        );
        json(users.collect::<Vec<_>>())
    }
}

fn post(row: PostRow) -> Post {
    let (id, title, content, published, author, name, created_at, updated_at) = row;
    let author = Author { id: author, name };
    Post { id, title, content, published, author, created_at, updated_at }
}

pub(super) fn json<T: serde::Serialize>(data: T) -> actix_web::Result<Vec<u8>> {
    Ok(serde_json::to_vec(&Answer { data })?)
}

pub(super) fn failed(error: Error) -> actix_web::Error {
    ErrorInternalServerError(error)
}
