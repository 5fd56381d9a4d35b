use basalt_domain::ports::{UnitsOfWork, UserRepository};

use super::*;
use crate::sea::BackupError;

#[tokio::test]
async fn a_backup_holds_what_was_committed_while_the_store_is_in_use() {
    let fresh = Fresh::new().await;
    let (ann, _) = fill(&fresh.store).await;
    let unit = fresh.store.begin().await.unwrap();
    unit.users().insert(&user(2), &hash()).await.unwrap();

    let target = fresh.folder.path().join("it's a backup.db");
    fresh.store.backup(&target).await.unwrap();
    unit.commit().await.unwrap();

    let url = format!("sqlite://{}?mode=rw", target.display());
    let copy = SeaStore::connect(options(&url)).await.unwrap();
    assert_eq!(copy.users().find(ann.id).await.unwrap(), Some(ann));
    assert_eq!(copy.users().find(user(2).id).await.unwrap(), None);
}

#[tokio::test]
async fn a_backup_replaces_no_file() {
    let fresh = Fresh::new().await;
    let target = fresh.folder.path().join("precious.db");
    std::fs::write(&target, "").unwrap();
    let refused = fresh.store.backup(&target).await.unwrap_err();
    assert!(matches!(&refused, BackupError::Exists(path) if *path == target));
    assert!(refused.to_string().contains("exists already"), "{refused}");
    assert_eq!(std::fs::read(&target).unwrap(), b"");
}

#[tokio::test]
async fn a_folder_that_can_not_be_made_is_named() {
    let fresh = Fresh::new().await;
    let target = fresh.folder.path().join("basalt.db/backup.db");
    let refused = fresh.store.backup(&target).await.unwrap_err();
    assert!(matches!(&refused, BackupError::FolderUnmade(path, _) if *path == target), "{refused}");
}

#[tokio::test]
async fn a_backup_that_fails_leaves_no_file() {
    let fresh = Fresh::new().await;
    fresh.store.clone().close().await.unwrap();
    let target = fresh.folder.path().join("backup.db");
    let refused = fresh.store.backup(&target).await.unwrap_err();
    assert!(matches!(refused, BackupError::Store(_)), "{refused}");
    assert!(!target.exists());
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_a_backup_or_use_the_folder_that_is_made_for_it() {
    let fresh = Fresh::new().await;
    let target = fresh.folder.path().join("backups/monday/backup.db");
    fresh.store.backup(&target).await.unwrap();
    for (path, rights) in
        [("backups", 0o700), ("backups/monday", 0o700), ("backups/monday/backup.db", 0o600)]
    {
        assert_eq!(mode(&fresh.folder.path().join(path)), rights, "{path}");
    }
}
