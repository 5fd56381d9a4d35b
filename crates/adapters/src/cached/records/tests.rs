use std::time::Duration;

use basalt_domain::{Answer, Fingerprint, Operation, ports::MockIdempotencyRecords};

use super::*;
use crate::{memory::MemoryStore, test_support::user};

/// Whether a look-up that finds this makes what is known of the lists count no more.
async fn is_write(found: Result<Option<IdempotencyRecord>, StoreError>) -> bool {
    let versions = LatestVersion::new(Arc::new(MemoryStore::new()));
    versions.current().await.unwrap();
    let mut inner = MockIdempotencyRecords::new();
    inner.expect_find().times(1).return_once(move |_, _, _| found);
    let records = CachedRecords::new(Arc::new(inner), Arc::clone(&versions));
    let IdempotencyRecord { scope, key, .. } = record();
    let now = Timestamp::from_micros(10).unwrap();
    let _ = records.find(scope, &key, now).await;
    versions.stale(Duration::MAX).is_none()
}

fn record() -> IdempotencyRecord {
    IdempotencyRecord {
        scope: IdempotencyScope { caller: None, operation: Operation::RegisterUser },
        key: IdempotencyKey::parse(b"key").unwrap(),
        fingerprint: Fingerprint([0; 32]),
        answer: Answer(Vec::new()),
        owner: user(1).id,
        expires_at: Timestamp::from_micros(20).unwrap(),
    }
}

#[tokio::test]
async fn an_answer_that_is_repeated_counts_as_a_write_and_a_look_up_in_vain_does_not() {
    assert!(is_write(Ok(Some(record()))).await);
    assert!(!is_write(Ok(None)).await);
    assert!(!is_write(Err(StoreError::unavailable("gone"))).await);
}
