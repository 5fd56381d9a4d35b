use basalt_domain::{Answer, IdempotencyRecord, ports::Claim};

use super::claiming::race_for;
use crate::{
    Store,
    race::ROUNDS,
    samples::{at, record},
};

pub(super) async fn an_expired_record_is_not_found(store: Store) {
    let owner = store.owner().await;
    let short = IdempotencyRecord { expires_at: at(10), ..record("key", &owner) };
    store.claim_at(&short, 0).await;
    assert_eq!(
        store.record_at(&short, 9).await.as_ref(),
        Some(&short),
        "a record must be found until it expires"
    );
    for now in [10, 11, 1_000] {
        assert_eq!(
            store.record_at(&short, now).await,
            None,
            "a record must not be found from the moment it expires"
        );
    }
}

pub(super) async fn an_expired_record_is_replaced(store: Store) {
    let owner = store.owner().await;
    let first = IdempotencyRecord { expires_at: at(10), ..record("key", &owner) };
    let second = IdempotencyRecord {
        answer: Answer(b"second".to_vec()),
        expires_at: at(1_000),
        ..first.clone()
    };
    assert_eq!(store.claim_at(&first, 0).await, Claim::Made);
    assert_eq!(
        store.claim_at(&second, 9).await,
        Claim::Exists,
        "a record must hold its key until it expires"
    );
    assert_eq!(
        store.claim_at(&second, 10).await,
        Claim::Made,
        "a record that has expired must be replaced"
    );
    assert_eq!(
        store.record_at(&second, 10).await,
        Some(second),
        "what replaced an expired record must be what is found"
    );
}

pub(super) async fn of_twenty_claims_of_an_expired_key_exactly_one_is_made(store: Store) {
    let owner = store.owner().await;
    for round in 0..ROUNDS {
        let wanted = record(&format!("wanted{round}"), &owner);
        let expired = IdempotencyRecord { expires_at: at(10), ..wanted.clone() };
        assert_eq!(store.claim_at(&expired, 0).await, Claim::Made);
        race_for(&store, &wanted, 20).await;
    }
}

pub(super) async fn expired_records_are_removed_at_most_as_many_as_asked(store: Store) {
    let owner = store.owner().await;
    for number in 0..5 {
        let short =
            IdempotencyRecord { expires_at: at(10), ..record(&format!("short{number}"), &owner) };
        assert_eq!(store.claim_at(&short, 0).await, Claim::Made);
    }
    store.claim_at(&record("long", &owner), 0).await;
    for (limit, expected) in [(2, 2), (2, 2), (2, 1), (2, 0)] {
        let removed = store.idempotency.remove_expired(at(500), limit).await;
        assert_eq!(
            removed.expect("expired records are removed"),
            expected,
            "at most {limit} expired records must be removed at once, and their number told"
        );
    }
}

pub(super) async fn records_that_have_not_expired_stay(store: Store) {
    let owner = store.owner().await;
    let (short, long) = (
        IdempotencyRecord { expires_at: at(10), ..record("short", &owner) },
        record("long", &owner),
    );
    store.claim_at(&short, 0).await;
    store.claim_at(&long, 0).await;
    let removed = store.idempotency.remove_expired(at(9), 100).await;
    assert_eq!(
        removed.expect("expired records are removed"),
        0,
        "nothing must be removed before it expires"
    );
    let removed = store.idempotency.remove_expired(at(500), 100).await;
    assert_eq!(removed.expect("expired records are removed"), 1);
    assert_eq!(
        store.record_at(&long, 500).await,
        Some(long),
        "a record must stay until it expires"
    );
}
