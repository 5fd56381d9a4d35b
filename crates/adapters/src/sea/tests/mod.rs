//! What is particular to this adapter. The promises of the ports are checked by the contract suite,
//! in `tests/` of this crate.

mod backup;
mod opening;
mod plans;
mod postgres;
mod presence;
mod rows;
mod schema;
mod server_lock;
mod units;

use std::time::Duration;

use basalt_domain::{
    Author, Content, Email, PasswordHash, PersonName, Post, PostId, Timestamp, Title, UnsavedPost,
    User, UserId, Version,
    ports::{PostRepository, UserRepository},
};
use sea_orm::{ConnectionTrait, Statement, prelude::Uuid};
use tempfile::TempDir;

use super::{SeaOptions, SeaStore};

/// A migrated store and the folder it lives in.
struct Fresh {
    store: SeaStore,
    folder: TempDir,
}

impl Fresh {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SeaStore::connect(options(&url_in(&folder))).await.unwrap();
        store.migrate_up().await.unwrap();
        Self { store, folder }
    }

    /// The same file, opened as another process would.
    async fn beside(&self) -> SeaStore {
        self.beside_with(options(&self.url())).await
    }

    async fn beside_with(&self, options: SeaOptions) -> SeaStore {
        SeaStore::connect(options).await.unwrap()
    }

    fn url(&self) -> String {
        url_in(&self.folder)
    }
}

fn url_in(folder: &TempDir) -> String {
    format!("sqlite://{}", folder.path().join("basalt.db").display())
}

/// Waits long enough for a slow disk, where a test is about something else.
fn options(url: &str) -> SeaOptions {
    SeaOptions {
        url: url.to_owned(),
        make_file: true,
        read_url: None,
        max_connections: 4,
        acquire_timeout: Duration::from_secs(20),
        statement_timeout: Duration::from_secs(20),
    }
}

/// Gives up soon, where a test is about giving up; yet not before a slow disk has opened a file.
fn impatient(url: &str) -> SeaOptions {
    SeaOptions { acquire_timeout: Duration::from_millis(500), ..options(url) }
}

fn user(number: u8) -> User {
    User::register(
        UserId::from_uuid(Uuid::from_u128(number.into())),
        PersonName::parse("Ann").unwrap(),
        Email::parse(&format!("user{number}@example.com")).unwrap(),
        at(i64::from(number)),
    )
}

fn post(number: u8, author: &User) -> Post {
    Post {
        id: PostId::from_uuid(Uuid::from_u128(number.into())),
        title: Title::parse("Title").unwrap(),
        content: Content::parse("Text").unwrap(),
        published: true,
        author: Author { id: author.id, name: author.name.clone(), version: author.version },
        version: Version::FIRST,
        created_at: at(i64::from(number)),
        updated_at: at(i64::from(number)),
    }
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).unwrap()
}

fn hash() -> PasswordHash {
    PasswordHash::from_stored("hash")
}

/// One user with one post.
async fn fill(store: &SeaStore) -> (User, Post) {
    let user = user(1);
    let post = post(1, &user);
    store.users().insert(&user, &hash()).await.unwrap();
    store.posts().insert(&UnsavedPost::from(&post)).await.unwrap();
    (user, post)
}

fn sql(text: &str) -> Statement {
    Statement::from_string(sea_orm::DbBackend::Sqlite, text)
}

/// The first column of the one row that `text` selects.
async fn value<T: sea_orm::TryGetable>(db: &impl ConnectionTrait, text: &str) -> T {
    let statement = Statement::from_string(db.get_database_backend(), text);
    let row = db.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// Who may do what with the file.
#[cfg(unix)]
fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}
