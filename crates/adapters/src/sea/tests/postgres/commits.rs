use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use basalt_domain::ports::UnitsOfWork;
use sea_orm::sqlx::postgres::PgListener;
use tokio::time::timeout;

use super::*;
use crate::sea::Commits;

/// For what takes milliseconds, on a busy machine.
const SOON: Duration = Duration::from_secs(5);

/// A store that tells of its commits while this is so.
async fn telling(on_server: &OnServer) -> (SeaStore, Arc<AtomicBool>) {
    let store = on_server.beside(|_| {}).await;
    let needed = Arc::new(AtomicBool::new(true));
    let asked = Arc::clone(&needed);
    store.tell_of_commits_while(move || asked.load(Ordering::SeqCst));
    (store, needed)
}

async fn commit(store: &SeaStore) {
    store.begin().await.unwrap().commit().await.unwrap();
}

async fn hears(commits: &mut Commits) -> bool {
    let next = timeout(SOON, commits.next()).await;
    next.expect("a word comes soon, or the end does")
}

#[tokio::test]
async fn a_commit_is_heard_by_every_process_that_listens() {
    let Some(here) = OnServer::unmigrated().await else {
        return;
    };
    let (store, _) = telling(&here).await;
    let mut listeners = [
        store.commits().await.unwrap().unwrap(),
        here.store.commits().await.unwrap().unwrap(),
    ];
    for _ in 0..3 {
        commit(&store).await;
        for listener in &mut listeners {
            assert!(hears(listener).await);
        }
    }
}

#[tokio::test]
async fn nothing_is_told_of_units_that_are_dropped_nor_of_any_while_that_is_not_needed() {
    let Some(here) = OnServer::unmigrated().await else {
        return;
    };
    let (store, needed) = telling(&here).await;
    let mut listener = PgListener::connect(here.database.url()).await.unwrap();
    listener
        .listen_all(["basalt_commits", "the_end"])
        .await
        .unwrap();
    drop(store.begin().await.unwrap());
    needed.store(false, Ordering::SeqCst);
    commit(&store).await;
    commit(&here.store).await;
    run(&here.store, "NOTIFY the_end").await;
    // They come in the order of their commits.
    assert_eq!(listener.recv().await.unwrap().channel(), "the_end");
}

#[tokio::test]
async fn a_listener_learns_that_its_connection_is_gone() {
    let Some(here) = OnServer::unmigrated().await else {
        return;
    };
    let (store, _) = telling(&here).await;
    let mut commits = here.store.commits().await.unwrap().unwrap();
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    run(&here.store, end).await;
    assert!(!hears(&mut commits).await);
    let mut again = here.store.commits().await.unwrap().unwrap();
    commit(&store).await;
    assert!(hears(&mut again).await);
}

#[tokio::test]
async fn on_a_file_nobody_listens_and_commits_are_what_they_are() {
    let fresh = Fresh::new().await;
    fresh.store.tell_of_commits_while(|| true);
    assert!(fresh.store.commits().await.unwrap().is_none());
    commit(&fresh.store).await;
}

#[tokio::test]
async fn a_pool_that_is_used_up_does_not_pass_for_a_server_that_is_away() {
    let Some(here) = OnServer::unmigrated().await else {
        return;
    };
    let store = here.beside(|options| options.max_connections = 1).await;
    let _unit = store.begin().await.unwrap();
    store.ping().await.unwrap();
}
