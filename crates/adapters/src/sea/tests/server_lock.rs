use std::time::{Duration, Instant};

use basalt_domain::ports::StoreError;

use super::*;
use crate::sea::ServerLock;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(1);

async fn take(folder: &TempDir, patience: Duration) -> Result<ServerLock, StoreError> {
    let taken = ServerLock::take(&options(&url_in(folder)), patience).await;
    taken.map(|lock| lock.expect("the file system of temporary files has locks"))
}

#[tokio::test]
async fn a_second_server_is_refused_at_once_and_told_who_has_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let _first = take(&folder, PATIENCE).await.unwrap();
    let start = Instant::now();
    let Err(StoreError::Failed(cause)) = take(&folder, PATIENCE).await else {
        panic!("two servers on one file");
    };
    assert!(start.elapsed() < PATIENCE / 4, "nobody stops");
    let message = cause.to_string();
    let file = folder.path().canonicalize().unwrap().join("basalt.db");
    let process = format!("process {} on host ", std::process::id());
    for told in [file.to_str().unwrap(), &process, "DATABASE_URL"] {
        assert!(message.contains(told), "{told}: {message}");
    }
}

#[tokio::test]
async fn a_link_to_the_file_is_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let _first = take(&folder, PATIENCE).await.unwrap();
    let link = tempfile::tempdir().unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), link.path().join("data")).unwrap();
    let url = format!("sqlite://{}", link.path().join("data/basalt.db").display());
    let second = ServerLock::take(&options(&url), PATIENCE).await;
    assert!(matches!(second, Err(StoreError::Failed(_))));
}

#[tokio::test]
async fn what_a_server_left_behind_is_no_obstacle_and_whoever_stops_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    drop(take(&folder, PATIENCE).await.unwrap());
    let first = take(&folder, PATIENCE).await.unwrap();
    first.tell_that_it_stops();
    let second = tokio::spawn(async move {
        let taken = take(&folder, PATIENCE).await;
        (taken, folder)
    });
    // It goes on waiting where it would have been refused.
    let early = tokio::time::timeout(Duration::from_secs(2), async {
        while !second.is_finished() {
            tokio::task::yield_now().await;
        }
    });
    assert!(early.await.is_err());
    drop(first);
    let (taken, folder) = second.await.unwrap();
    let second = taken.unwrap();
    second.tell_that_it_stops();
    let start = Instant::now();
    assert!(take(&folder, Duration::from_millis(200)).await.is_err());
    assert!(start.elapsed() < PATIENCE / 4, "no longer than it may wait");
}
