use std::{future::Future, pin::pin, task::Poll};

use basalt_domain::{
    Answer, Fingerprint, IdempotencyKey, IdempotencyRecord, IdempotencyScope, Operation,
    UnsavedPost,
    ports::{StoreError, UnitOfWork, UnitsOfWork},
};

use super::*;

/// Polls `future` once and drops it, as a client that goes away does.
async fn abandon<F: Future>(future: F) {
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        let _ = future.as_mut().poll(context);
        Poll::Ready(())
    })
    .await;
}

fn assert_unavailable<T>(result: Result<T, StoreError>) {
    match result {
        Err(StoreError::Unavailable(_)) => {}
        Err(other) => panic!("not unavailable but: {other:?}"),
        Ok(_) => panic!("what should be out of reach answered"),
    }
}

async fn users_in(store: &SeaStore) -> i64 {
    value(&store.reader, "SELECT count(*) FROM users").await
}

#[tokio::test]
async fn a_unit_that_is_dropped_between_calls_is_undone_and_frees_the_writer() {
    let fresh = Fresh::new().await;
    for _ in 0..3 {
        let unit = fresh.store.begin().await.unwrap();
        unit.users().insert(&user(1), &hash()).await.unwrap();
        drop(unit);
    }
    assert_eq!(users_in(&fresh.store).await, 0);
    fill(&fresh.store).await;
    assert_eq!(users_in(&fresh.store).await, 1);
}

#[tokio::test]
async fn a_unit_that_is_dropped_within_a_statement_is_undone_and_frees_the_writer() {
    let fresh = Fresh::new().await;
    for _ in 0..20 {
        let unit = fresh.store.begin().await.unwrap();
        let user = user(1);
        abandon(unit.users().insert(&user, &hash())).await;
        drop(unit);
    }
    assert_eq!(users_in(&fresh.store).await, 0);
    fill(&fresh.store).await;
}

#[tokio::test]
async fn a_beginning_that_is_dropped_leaves_no_transaction_behind() {
    let fresh = Fresh::new().await;
    for _ in 0..20 {
        abandon(fresh.store.begin()).await;
    }
    fill(&fresh.store).await;
    // Another process sees it: nothing is open that holds it back.
    assert_eq!(users_in(&fresh.beside().await).await, 1);
}

#[tokio::test]
async fn a_commit_that_is_dropped_does_all_or_nothing_and_frees_the_writer() {
    let fresh = Fresh::new().await;
    for number in 1..=20 {
        let unit = fresh.store.begin().await.unwrap();
        let (author, before) = (user(number), users_in(&fresh.store).await);
        unit.users().insert(&author, &hash()).await.unwrap();
        unit.posts().insert(&UnsavedPost::from(&post(number, &author))).await.unwrap();
        abandon(unit.commit()).await;
        // Waits until the connection is back, and with it the outcome.
        drop(fresh.store.begin().await.unwrap());
        let users = users_in(&fresh.store).await;
        assert!(users == before || users == before + 1);
        let posts: i64 = value(&fresh.store.reader, "SELECT count(*) FROM posts").await;
        assert_eq!(posts, users);
    }
}

/// What the operating system holds of the files is all that is left of a process that is killed.
#[tokio::test]
async fn a_commit_is_in_the_files_when_it_returns() {
    let fresh = Fresh::new().await;
    let unit = fresh.store.begin().await.unwrap();
    unit.users().insert(&user(1), &hash()).await.unwrap();
    unit.commit().await.unwrap();

    let left = tempfile::tempdir().unwrap();
    for file in ["basalt.db", "basalt.db-wal"] {
        std::fs::copy(fresh.folder.path().join(file), left.path().join(file)).unwrap();
    }
    let url = url_in(&left);
    let revived = SeaStore::connect(options(&url)).await.unwrap();
    assert_eq!(users_in(&revived).await, 1);
}

#[tokio::test]
async fn units_take_the_write_lock_when_they_begin() {
    let fresh = Fresh::new().await;
    let beside = fresh.beside_with(impatient(&fresh.url())).await;
    let unit = fresh.store.begin().await.unwrap();
    assert_unavailable(beside.begin().await);
    drop(unit);
    fresh.store.begin().await.unwrap().commit().await.unwrap();
    assert!(beside.begin().await.is_ok());
}

#[tokio::test]
async fn a_write_while_another_process_holds_the_lock_is_unavailable_and_reads_go_on() {
    let fresh = Fresh::new().await;
    let (ann, _) = fill(&fresh.store).await;
    let beside = fresh.beside_with(impatient(&fresh.url())).await;
    let unit = fresh.store.begin().await.unwrap();
    unit.users().insert(&user(2), &hash()).await.unwrap();

    assert_unavailable(beside.users().delete(ann.id, ann.version).await);
    assert_eq!(beside.users().find(ann.id).await.unwrap(), Some(ann));
    unit.commit().await.unwrap();
    beside.users().insert(&user(3), &hash()).await.unwrap();
}

#[tokio::test]
async fn a_write_while_a_unit_of_this_process_stays_open_is_unavailable() {
    let fresh = Fresh::new().await;
    let store = fresh.beside_with(impatient(&fresh.url())).await;
    let (ann, _) = fill(&store).await;
    let unit = store.begin().await.unwrap();
    assert_unavailable(store.users().delete(ann.id, ann.version).await);
    assert_unavailable(store.begin().await);
    drop(unit);
}

/// Counts further than any of these tests waits for, and still ends by itself.
const SLOW: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
                    WHERE i < 20000000) SELECT max(i) FROM n";

/// A store with one reader that waits a moment for each call, not for its file to be opened.
async fn hasty(fresh: &Fresh) -> SeaStore {
    let one_reader = SeaOptions { max_connections: 1, ..options(&fresh.url()) };
    SeaStore {
        acquire_timeout: Duration::ZERO,
        statement_timeout: Duration::from_millis(20),
        ..fresh.beside_with(one_reader).await
    }
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_unavailable_and_nobody_hangs_behind_it() {
    let fresh = Fresh::new().await;
    let store = hasty(&fresh).await;
    let slow = store.reader.query_one_raw(sql(SLOW));
    let stuck = store.repositories().run(slow).await;
    assert_unavailable(stuck.map_err(StoreError::from));
    // SQLite still counts, on the only connection that reads.
    assert_unavailable(store.ping().await);
    assert_unavailable(store.users().find(user(1).id).await);
}

#[tokio::test]
async fn a_store_that_was_closed_is_unavailable() {
    let fresh = Fresh::new().await;
    fresh.store.clone().close().await.unwrap();
    assert_unavailable(fresh.store.ping().await);
    assert_unavailable(fresh.store.begin().await);
}

#[tokio::test]
async fn a_unit_in_which_a_call_failed_can_not_commit_what_went_before() {
    let fresh = Fresh::new().await;
    let transaction = fresh.store.transaction().await.unwrap();
    let pool = fresh.store.writer.clone();
    let unit = crate::sea::Sea::within(transaction, pool, Duration::from_secs(20));
    UserRepository::insert(&unit, &user(1), &hash()).await.unwrap();
    let failed = unit.run(unit.writer().query_one_raw(sql("SELECT nonsense")));
    assert!(failed.await.is_err());

    assert!(UserRepository::find(&unit, user(1).id).await.is_err());
    let unit: Box<dyn UnitOfWork> = Box::new(crate::sea::SeaUnit::on(unit));
    assert!(matches!(unit.commit().await, Err(StoreError::Failed(_))));
    assert_eq!(users_in(&fresh.store).await, 0);
}

#[tokio::test]
async fn a_transaction_that_sqlite_rolled_back_by_itself_does_not_outlive_its_unit() {
    let fresh = Fresh::new().await;
    let transaction = fresh.store.transaction().await.unwrap();
    // What SQLite does when the disk is full, behind the driver's back.
    transaction.execute_raw(sql("ROLLBACK")).await.unwrap();
    drop(transaction);

    let beside = fresh.beside_with(impatient(&fresh.url())).await;
    let unit = fresh.store.begin().await.unwrap();
    assert_unavailable(beside.begin().await);
    unit.commit().await.unwrap();
}

#[tokio::test]
async fn a_record_whose_owner_never_came_can_not_be_committed() {
    let fresh = Fresh::new().await;
    let record = IdempotencyRecord {
        scope: IdempotencyScope { caller: None, operation: Operation::RegisterUser },
        key: IdempotencyKey::parse(b"key").unwrap(),
        fingerprint: Fingerprint([0; 32]),
        answer: Answer(Vec::new()),
        owner: user(1).id,
        expires_at: at(9),
    };
    let unit = fresh.store.begin().await.unwrap();
    unit.idempotency().claim(&record, at(1)).await.unwrap();
    assert!(matches!(unit.commit().await, Err(StoreError::Failed(_))));
    // The connection is well again.
    fill(&fresh.store).await;
    let records: i64 = value(&fresh.store.reader, "SELECT count(*) FROM idempotency_records").await;
    assert_eq!(records, 0);
}
