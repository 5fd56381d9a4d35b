//! Files that are taken away from under the store.

#![cfg(unix)]

use basalt_domain::UnsavedPost;
use std::{fs, future::Future, path::PathBuf, time::Duration};

use basalt_domain::ports::{InsertPostError, StoreError, UnitsOfWork as _, WriteUserError};

use super::*;

/// The promise: within three seconds.
const LIMIT: Duration = Duration::from_secs(3);

impl Fresh {
    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Whether a write is acknowledged.
    async fn writes(&self, number: u8) -> bool {
        match self.store.users().insert(&user(number), &hash()).await {
            Ok(()) => true,
            Err(WriteUserError::Store(StoreError::Unavailable(_))) => false,
            Err(error) => panic!("{error:?}"),
        }
    }

    async fn is_unavailable(&self) -> bool {
        self.store.ping().await.is_err()
    }

    async fn users(&self, name: &str) -> i64 {
        let url = format!("sqlite://{}?mode=rw", self.file(name).display());
        let store = SeaStore::connect(options(&url)).await.unwrap();
        let users = value(&store.reader, "SELECT count(*) FROM users").await;
        store.close().await.unwrap();
        users
    }
}

async fn soon<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let asked = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(LIMIT, asked).await;
    assert!(in_time.is_ok(), "not within {LIMIT:?}: {what}");
}

/// A store with two users, and a copy with the first of them.
async fn with_copy() -> Fresh {
    let mut fresh = Fresh::new().await;
    // As at most starts, where the database is there already.
    fresh.store.clone().close().await.unwrap();
    fresh.store = fresh.beside().await;
    assert!(fresh.writes(1).await);
    fresh.store.backup(&fresh.file("copy.db")).await.unwrap();
    assert!(fresh.writes(2).await);
    fresh
}

#[tokio::test]
async fn a_file_that_another_took_the_place_of_takes_no_write_and_the_other_stays_as_it_was() {
    let fresh = with_copy().await;
    fs::rename(fresh.file("copy.db"), fresh.file("basalt.db")).unwrap();
    soon("it is not ready", || fresh.is_unavailable()).await;
    assert!(!fresh.writes(3).await);
    assert!(fresh.store.begin().await.is_err());
    let log = || async { fs::metadata(fresh.file("basalt.db-wal")).unwrap().len() == 0 };
    soon("the log is empty", log).await;
    // As after a kill: nobody closes anything before the next start.
    fs::create_dir(fresh.file("next")).unwrap();
    for name in ["basalt.db", "basalt.db-wal"] {
        fs::copy(fresh.file(name), fresh.file("next").join(name)).unwrap();
    }
    assert_eq!(fresh.users("next/basalt.db").await, 1);
    fresh.store.clone().close().await.unwrap();
    assert_eq!(fresh.users("basalt.db").await, 1);
}

#[tokio::test]
async fn a_unit_that_is_open_while_the_file_goes_can_not_commit() {
    let fresh = with_copy().await;
    let unit = fresh.store.begin().await.unwrap();
    unit.users().insert(&user(3), &hash()).await.unwrap();
    fs::rename(fresh.file("copy.db"), fresh.file("basalt.db")).unwrap();
    soon("it is not ready", || fresh.is_unavailable()).await;
    let refused = unit.commit().await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))));
}

#[tokio::test]
async fn a_file_that_was_moved_has_all_that_was_committed_and_works_again_when_it_is_back() {
    let fresh = with_copy().await;
    fs::rename(fresh.file("basalt.db"), fresh.file("moved.db")).unwrap();
    soon("it is not ready", || fresh.is_unavailable()).await;
    let log = || async { fs::metadata(fresh.file("basalt.db-wal")).unwrap().len() == 0 };
    soon("the log is empty", log).await;
    fs::copy(fresh.file("moved.db"), fresh.file("alone.db")).unwrap();
    assert_eq!(fresh.users("alone.db").await, 2);
    fs::rename(fresh.file("moved.db"), fresh.file("basalt.db")).unwrap();
    soon("it is ready", || async { !fresh.is_unavailable().await }).await;
    assert!(fresh.writes(3).await);
}

#[tokio::test]
async fn files_that_were_removed_take_no_write() {
    let fresh = with_copy().await;
    for name in ["basalt.db", "basalt.db-wal", "basalt.db-shm"] {
        fs::remove_file(fresh.file(name)).unwrap();
    }
    soon("it is not ready", || fresh.is_unavailable()).await;
    assert!(!fresh.writes(3).await);
    fresh.store.clone().close().await.unwrap();
    assert!(!fresh.file("basalt.db").exists(), "no empty one is made");
}

#[tokio::test]
async fn a_log_that_was_removed_takes_no_write_and_loses_none_that_it_took() {
    let fresh = with_copy().await;
    fs::remove_file(fresh.file("basalt.db-wal")).unwrap();
    soon("it is not ready", || fresh.is_unavailable()).await;
    assert!(!fresh.writes(3).await);
    fresh.store.clone().close().await.unwrap();
    assert_eq!(fresh.users("basalt.db").await, 2);
}

#[tokio::test]
async fn a_write_that_the_file_refuses_is_unavailable_and_the_next_gets_another_connection() {
    let fresh = Fresh::new().await;
    // What SQLite answers where it may not write.
    let refuse = fresh.store.writer.execute_raw(sql("PRAGMA query_only = ON"));
    refuse.await.unwrap();
    let refused = fresh.store.users().insert(&user(1), &hash()).await;
    let Err(WriteUserError::Store(StoreError::Unavailable(cause))) = refused else {
        panic!("{refused:?}");
    };
    assert!(cause.to_string().contains("read and not written"), "{cause}");
    assert!(fresh.writes(1).await);
}

#[tokio::test]
async fn after_a_write_was_refused_it_is_unavailable_until_one_succeeds() {
    let fresh = with_copy().await;
    let log = || fs::metadata(fresh.file("basalt.db-wal")).unwrap().len();
    let other = fresh.beside().await;
    // Nobody else writes meanwhile.
    let lock = other.begin().await.unwrap();
    fresh.store.ping().await.unwrap();
    let refuse = fresh.store.writer.execute_raw(sql("PRAGMA query_only = ON"));
    refuse.await.unwrap();
    assert!(!fresh.writes(3).await);
    let before = log();
    assert!(fresh.is_unavailable().await);
    assert!(fresh.is_unavailable().await, "still");
    drop(lock);
    soon("it is ready", || async { !fresh.is_unavailable().await }).await;
    assert!(log() > before, "something was written");
    let after = log();
    fresh.store.ping().await.unwrap();
    assert_eq!(log(), after, "once");
    assert!(fresh.writes(3).await);
}

#[tokio::test]
async fn a_link_that_leads_to_another_file_takes_no_write() {
    let fresh = with_copy().await;
    let link = fresh.file("link.db");
    std::os::unix::fs::symlink(fresh.file("basalt.db"), &link).unwrap();
    let url = format!("sqlite://{}", link.display());
    let store = SeaStore::connect(options(&url)).await.unwrap();
    store.ping().await.unwrap();
    fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(fresh.file("copy.db"), &link).unwrap();
    soon("it is not ready", || async { store.ping().await.is_err() }).await;
    assert!(fresh.writes(3).await, "the file itself is where it was");
}

#[tokio::test]
async fn a_full_disk_is_named_reads_go_on_and_writes_when_there_is_room() {
    let fresh = Fresh::new().await;
    let (ann, _) = fill(&fresh.store).await;
    let full = fresh.store.writer.execute_raw(sql("PRAGMA max_page_count = 1"));
    full.await.unwrap();
    let mut refused = None;
    for number in 2..=255 {
        let written = fresh.store.posts().insert(&UnsavedPost::from(&post(number, &ann))).await;
        if let Err(error) = written {
            refused = Some(error);
            break;
        }
    }
    let Some(InsertPostError::Store(StoreError::Unavailable(cause))) = refused else {
        panic!("{refused:?}");
    };
    assert!(cause.to_string().contains("disk is full"), "{cause}");
    assert_eq!(fresh.store.users().find(ann.id).await.unwrap(), Some(ann));
    // There is room on the connection that takes the place of this one.
    assert!(fresh.writes(2).await);
}
