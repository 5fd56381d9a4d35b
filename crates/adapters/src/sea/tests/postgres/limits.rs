use std::time::Instant;

use basalt_domain::{
    Answer, Fingerprint, IdempotencyKey, IdempotencyRecord, IdempotencyScope, Operation,
    ports::{Claim, IdempotencyRecords, StoreError, UnitsOfWork},
};

use super::*;

/// Waits for a statement no longer than a moment, and for a lock three quarters of it; a slow
/// machine may take longer to connect.
fn hasty(options: &mut SeaOptions) {
    options.acquire_timeout = Duration::from_secs(2);
    options.statement_timeout = Duration::from_secs(1);
}

fn record(owner: &User) -> IdempotencyRecord {
    IdempotencyRecord {
        scope: IdempotencyScope { caller: None, operation: Operation::RegisterUser },
        key: IdempotencyKey::parse(b"key").unwrap(),
        fingerprint: Fingerprint([0; 32]),
        answer: Answer(Vec::new()),
        owner: owner.id,
        expires_at: at(9),
    }
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_cancelled_and_its_connection_goes_on() {
    let Some(on_server) = OnServer::new().await else {
        return;
    };
    let store = on_server
        .beside(|options| {
            hasty(options);
            options.max_connections = 1;
        })
        .await;
    let process: i32 = value(&store.reader, "SELECT pg_backend_pid()").await;
    let slow = store.reader.execute_unprepared("SELECT pg_sleep(20)");
    assert_unavailable(store.repositories().run(slow).await.map_err(StoreError::from));
    let after: i32 = value(&store.reader, "SELECT pg_backend_pid()").await;
    assert_eq!(process, after);
    assert!(store.reader.check().is_ok());
}

#[tokio::test]
async fn a_claim_of_a_key_that_another_unit_holds_is_busy_and_not_an_error() {
    let Some(on_server) = OnServer::new().await else {
        return;
    };
    let (ann, _) = fill(&on_server.store).await;
    let first = on_server.store.begin().await.unwrap();
    let claimed = first.idempotency().claim(&record(&ann), at(1)).await;
    assert_eq!(claimed.unwrap(), Claim::Made);

    let hasty = on_server.beside(hasty).await;
    let second = hasty.begin().await.unwrap();
    let busy = second.idempotency().claim(&record(&ann), at(1)).await;
    assert_eq!(busy.unwrap(), Claim::Busy);
    drop(second);

    first.commit().await.unwrap();
    let claimed = hasty.idempotency().claim(&record(&ann), at(1)).await;
    assert_eq!(claimed.unwrap(), Claim::Exists);
}

#[tokio::test]
async fn a_row_that_another_unit_holds_is_unavailable_within_the_wait_for_a_lock() {
    let Some(on_server) = OnServer::new().await else {
        return;
    };
    let (ann, _) = fill(&on_server.store).await;
    let unit = on_server.store.begin().await.unwrap();
    unit.users().update(&ann, ann.version).await.unwrap();

    let hasty = on_server.beside(hasty).await;
    let begun = Instant::now();
    assert_unavailable(hasty.users().delete(ann.id, ann.version).await);
    assert!(begun.elapsed() >= Duration::from_millis(750));
    assert_eq!(hasty.users().find(ann.id).await.unwrap(), Some(ann));
}

#[tokio::test]
async fn a_pool_that_is_exhausted_is_unavailable_and_the_server_is_not_thought_away() {
    let Some(on_server) = OnServer::new().await else {
        return;
    };
    let store = on_server
        .beside(|options| {
            hasty(options);
            options.max_connections = 2;
        })
        .await;
    let units = [store.begin().await.unwrap(), store.begin().await.unwrap()];
    for _ in 0..2 {
        assert_unavailable(store.users().find(user(1).id).await);
        assert!(store.reader.check().is_ok());
    }
    drop(units);
    assert_eq!(store.users().find(user(1).id).await.unwrap(), None);
}

#[tokio::test]
async fn a_unit_that_idles_too_long_is_ended_and_can_not_commit() {
    let Some(on_server) = OnServer::new().await else {
        return;
    };
    let store = on_server.beside(hasty).await;
    let unit = store.begin().await.unwrap();
    unit.users().insert(&user(1), &hash()).await.unwrap();
    // Until the server has ended it.
    let idle = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' \
                AND datname = current_database()";
    while value::<i64>(&on_server.store.reader, idle).await > 0 {
        tokio::task::yield_now().await;
    }
    assert!(unit.commit().await.is_err());
    assert_eq!(on_server.store.users().find(user(1).id).await.unwrap(), None);
}
