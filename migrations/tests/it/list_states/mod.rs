//! The totals and the version of the lists, which triggers keep.

mod concurrency;
mod postgres;
mod recount;
mod totals;
mod versions;

use basalt_migrations::{Migrator, MigratorTrait};
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use crate::support::{Empty, empty_databases, execute, id, insert_user, texts};

/// Published posts, drafts, active and inactive users, active and inactive administrators.
type Totals = [i64; 6];

const COUNTED: &str = "SELECT
    (SELECT count(*) FROM posts WHERE published),
    (SELECT count(*) FROM posts WHERE NOT published),
    (SELECT count(*) FROM users WHERE role = 'USER' AND active),
    (SELECT count(*) FROM users WHERE role = 'USER' AND NOT active),
    (SELECT count(*) FROM users WHERE role = 'ADMIN' AND active),
    (SELECT count(*) FROM users WHERE role = 'ADMIN' AND NOT active)";

const KEPT: &str = "SELECT published_posts, draft_posts, active_users, inactive_users,
    active_admins, inactive_admins FROM current_list_state";

async fn totals(db: &DatabaseConnection, sql: &str) -> Totals {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(statement).await.unwrap().unwrap();
    std::array::from_fn(|column| row.try_get_by_index(column).unwrap())
}

/// What is kept, which is what a count finds.
async fn exact_totals(db: &DatabaseConnection) -> Totals {
    let kept = totals(db, KEPT).await;
    assert_eq!(kept, totals(db, COUNTED).await);
    kept
}

async fn version(db: &DatabaseConnection) -> String {
    let version = texts(db, "SELECT version FROM current_list_state").await;
    version.into_iter().next().unwrap()
}

/// With the schema, and with users 1 to 3.
async fn databases() -> Vec<Empty> {
    let databases = empty_databases().await;
    for Empty { db, .. } in &databases {
        prepare(db).await;
    }
    databases
}

async fn prepare(db: &DatabaseConnection) {
    Migrator::up(db, None).await.unwrap();
    for number in 1..=3 {
        insert_user(db, number).await.unwrap();
    }
}

async fn done(db: &DatabaseConnection, sql: &str) {
    if let Err(error) = execute(db, sql).await {
        panic!("{sql}: {error}");
    }
}

/// The statement that inserts this post of this user.
fn post(db: &DatabaseConnection, number: u8, author: u8, published: bool) -> String {
    let (post, author) = (id(db, number), id(db, author));
    format!(
        "INSERT INTO posts (id, author_id, published, version, created_at, updated_at, title, \
         title_folded, content, content_folded) \
         VALUES ({post}, {author}, {published}, 1, 5, 5, 'T', 't', 'C', 'c')"
    )
}

fn is_postgres(db: &DatabaseConnection) -> bool {
    db.get_database_backend() == DbBackend::Postgres
}
