use basalt_domain::ports::{StoreError, UserRepository};

use super::*;

async fn refusal(url: &str) -> String {
    let Err(StoreError::Failed(cause)) = SeaStore::connect(options(url)).await else {
        panic!("{url} is not refused for good");
    };
    cause.to_string()
}

#[tokio::test]
async fn every_connection_has_the_pragmas_that_the_promises_rest_on() {
    let fresh = Fresh::new().await;
    for db in [&fresh.store.reader, &fresh.store.writer] {
        assert_eq!(value::<String>(db, "PRAGMA journal_mode").await, "wal");
        assert_eq!(value::<i64>(db, "PRAGMA synchronous").await, 1);
        assert_eq!(value::<i64>(db, "PRAGMA foreign_keys").await, 1);
        assert_eq!(value::<i64>(db, "PRAGMA busy_timeout").await, 20_000);
    }
}

#[tokio::test]
async fn a_write_on_a_reading_connection_is_refused() {
    let fresh = Fresh::new().await;
    let written = fresh.store.reader.execute_raw(sql("DELETE FROM users"));
    let refused = written.await.unwrap_err().to_string();
    assert!(refused.contains("readonly"), "{refused}");
}

#[tokio::test]
async fn missing_folders_and_the_file_are_made() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a/b c/basalt.db");
    let store = SeaStore::connect(options(&format!("sqlite://{}", file.display()))).await.unwrap();
    store.ping().await.unwrap();
    assert!(file.is_file());
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_made_is_for_its_owner_alone_and_what_was_there_keeps_its_rights() {
    let folder = tempfile::tempdir().unwrap();
    let shared = folder.path().join("shared");
    std::fs::create_dir(&shared).unwrap();
    let before = mode(&shared);
    let url = format!("sqlite://{}", shared.join("a/b/basalt.db").display());
    let store = SeaStore::connect(options(&url)).await.unwrap();
    store.migrate_up().await.unwrap();
    for (path, rights) in [
        ("", before),
        ("a", 0o700),
        ("a/b", 0o700),
        ("a/b/basalt.db", 0o600),
        ("a/b/basalt.db-wal", 0o600),
        ("a/b/basalt.db-shm", 0o600),
    ] {
        assert_eq!(mode(&shared.join(path)), rights, "{path}");
    }
}

#[tokio::test]
async fn a_missing_file_is_refused_by_whoever_does_not_begin_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data/basalt.db");
    let url = format!("sqlite://{}", file.display());
    for parameters in ["", "?mode=rwc"] {
        let existing = SeaOptions { make_file: false, ..options(&format!("{url}{parameters}")) };
        let Err(StoreError::Failed(cause)) = SeaStore::connect(existing).await else {
            panic!("{parameters}: it is not refused for good");
        };
        let message = cause.to_string();
        assert!(message.contains(file.to_str().unwrap()), "{message}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_folder_in_the_place_of_the_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("basalt.db")).unwrap();
    let message = refusal(&url_in(&folder)).await;
    assert!(message.contains("basalt.db is no file"), "{message}");
}

#[test]
fn urls_name_relative_and_absolute_files() {
    for (url, file) in [
        ("sqlite://data/basalt.db", "data/basalt.db"),
        ("sqlite:data/basalt.db", "data/basalt.db"),
        ("sqlite:///srv/basalt.db", "/srv/basalt.db"),
        ("sqlite:///srv/basalt.db?mode=rwc", "/srv/basalt.db"),
        ("sqlite://a%3Fb.db", "a?b.db"),
    ] {
        let parsed = crate::sea::sqlite::connect_options(&options(url)).unwrap();
        assert_eq!(parsed.get_filename(), std::path::Path::new(file), "{url}");
    }
}

#[tokio::test]
async fn a_mode_in_the_url_decides_whether_the_file_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let url = url_in(&folder);
    let existing_only = SeaStore::connect(options(&format!("{url}?mode=rw"))).await;
    assert!(matches!(existing_only, Err(StoreError::Failed(_))));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let made = SeaStore::connect(options(&format!("{url}?mode=rwc"))).await;
    assert!(made.is_ok());
}

#[tokio::test]
async fn urls_that_can_not_be_served_are_refused_with_a_reason() {
    for (url, reason) in [
        ("mysql://localhost/basalt", "neither sqlite: nor postgres:"),
        ("basalt.db", "neither sqlite: nor postgres:"),
        ("postgres://localhost:x/basalt", "is no URL"),
        ("postgres://localhost/basalt?sslmode=wild", "sslmode"),
        ("sqlite://", "names no file"),
        ("sqlite::memory:", "in memory"),
        ("sqlite://x?mode=memory", "in memory"),
        ("sqlite://x?mode=ro", "a server writes"),
    ] {
        let message = refusal(url).await;
        assert!(message.contains(reason), "{url}: {message}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("basalt.db"), "no database ".repeat(99)).unwrap();
    let message = refusal(&url_in(&folder)).await;
    assert!(message.contains("no database of SQLite"), "{message}");
}

#[tokio::test]
async fn a_folder_that_can_not_be_made_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let message = refusal(&format!("sqlite://{}/x/basalt.db", file.display())).await;
    assert!(message.contains("can't be made"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn first_starts_at_once_leave_one_schema_and_all_of_them_work() {
    let folder = tempfile::tempdir().unwrap();
    let start = |number| {
        let url = url_in(&folder);
        tokio::spawn(async move {
            let store = SeaStore::connect(options(&url)).await?;
            let applied = store.migrate_up().await?.len();
            let written = store.users().insert(&user(number), &hash()).await;
            written.map_err(StoreError::failed)?;
            Ok::<_, StoreError>(applied)
        })
    };
    let starts: Vec<_> = (1..=8).map(start).collect();
    let mut applied = 0;
    for start in starts {
        applied += start.await.unwrap().unwrap();
    }
    assert_eq!(applied, basalt_migrations::known().len());
}

#[tokio::test]
async fn closing_leaves_the_whole_database_in_the_file() {
    let Fresh { store, folder } = Fresh::new().await;
    fill(&store).await;
    store.close().await.unwrap();
    let files: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(files, ["basalt.db"]);
}
