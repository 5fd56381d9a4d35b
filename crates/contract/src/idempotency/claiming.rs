use basalt_domain::{
    Answer, IdempotencyRecord, IdempotencyScope, Operation,
    ports::{Claim, StoreError, WriteUserError},
};

use crate::{
    Store,
    race::{RIVALS, ROUNDS, race},
    samples::{at, hash, record, user},
};

pub(super) async fn of_twenty_claims_of_an_anonymous_key_exactly_one_is_made(store: Store) {
    let owner = store.owner().await;
    for round in 0..ROUNDS {
        race_for(&store, &record(&format!("wanted{round}"), &owner), 0).await;
    }
}

pub(super) async fn of_twenty_claims_of_a_users_key_exactly_one_is_made(store: Store) {
    let owner = store.owner().await;
    for round in 0..ROUNDS {
        let wanted = IdempotencyRecord {
            scope: IdempotencyScope { caller: Some(owner.id), operation: Operation::CreatePost },
            ..record(&format!("wanted{round}"), &owner)
        };
        race_for(&store, &wanted, 0).await;
    }
}

/// Twenty claims of the key of `wanted` at `now`, each with an answer of its own.
pub(super) async fn race_for(store: &Store, wanted: &IdempotencyRecord, now: i64) {
    let rival = |number: usize| IdempotencyRecord {
        answer: Answer(number.to_string().into_bytes()),
        ..wanted.clone()
    };
    let claims = race(RIVALS, |number| {
        let (store, record) = (store.clone(), rival(number));
        async move { store.claim_at(&record, now).await }
    })
    .await;
    let made = claims.iter().filter(|claim| **claim == Claim::Made).count();
    assert_eq!(made, 1, "of {RIVALS} claims of one key exactly one must be made: {claims:?}");
    let winner = claims.iter().position(|claim| *claim == Claim::Made);
    assert_eq!(
        store.record_at(wanted, now).await,
        winner.map(rival),
        "the record must be the one whose claim was made"
    );
}

pub(super) async fn of_twenty_units_with_one_key_exactly_one_commits(store: Store) {
    for round in 0..ROUNDS {
        let key = format!("wanted{round}");
        let answers = race(RIVALS, |number| {
            let (store, key) = (store.clone(), format!("wanted{round}"));
            async move {
                let owner = user(&format!("owner{number}of{round}"));
                let unit = store.units.begin().await?;
                let wanted = record(&key, &owner);
                let claim = unit.idempotency().claim(&wanted, at(0)).await?;
                if claim == Claim::Made {
                    let inserted = unit.users().insert(&owner, &hash("x")).await;
                    inserted.map_err(|error: WriteUserError| StoreError::failed(error))?;
                    unit.commit().await?;
                }
                Ok::<_, StoreError>((claim, owner.id))
            }
        })
        .await;
        let mut made = Vec::new();
        for answer in answers {
            let (claim, owner) = answer.expect("units that want one key must not fail");
            if claim == Claim::Made {
                made.push(owner);
            }
        }
        assert_eq!(made.len(), 1, "of {RIVALS} units that claim one key exactly one must commit");
        let found = store.record_at(&record(&key, &user("x")), 0).await;
        assert_eq!(
            found.map(|record| record.owner),
            made.first().copied(),
            "the record must be that of the unit that committed"
        );
    }
}

pub(super) async fn a_second_claim_finds_the_first_and_changes_nothing(store: Store) {
    let owner = store.owner().await;
    let first = record("key", &owner);
    let second = IdempotencyRecord {
        answer: Answer(b"second".to_vec()),
        expires_at: at(2_000_000),
        ..first.clone()
    };
    assert_eq!(store.claim_at(&first, 0).await, Claim::Made);
    assert_eq!(
        store.claim_at(&second, 1).await,
        Claim::Exists,
        "a key that is used must be found so"
    );
    assert_eq!(
        store.record_at(&first, 1).await,
        Some(first),
        "a second claim must not change the record"
    );
}

pub(super) async fn a_claim_that_was_rolled_back_leaves_the_key_free(store: Store) {
    let owner = store.owner().await;
    let wanted = record("key", &owner);
    let unit = store.begin().await;
    let claim = unit.idempotency().claim(&wanted, at(0)).await;
    assert_eq!(claim.expect("a claim is answered"), Claim::Made);
    drop(unit);
    assert_eq!(
        store.record_at(&wanted, 0).await,
        None,
        "a claim that was rolled back must leave no record"
    );
    assert_eq!(
        store.claim_at(&wanted, 0).await,
        Claim::Made,
        "a claim that was rolled back must leave the key free"
    );
}

pub(super) async fn the_owner_may_be_added_later_in_the_same_unit(store: Store) {
    let owner = user("late");
    let wanted = record("key", &owner);
    let unit = store.begin().await;
    let claim = unit.idempotency().claim(&wanted, at(0)).await;
    assert_eq!(claim.expect("a claim without its owner must not be an error yet"), Claim::Made);
    let inserted = unit.users().insert(&owner, &hash("x")).await;
    inserted.expect("the owner is added");
    let committed = unit.commit().await;
    assert!(
        committed.is_ok(),
        "a unit that added the owner after the record must commit: {committed:?}"
    );
    assert_eq!(
        store.record_at(&wanted, 0).await,
        Some(wanted),
        "the record must be there with its owner"
    );
}

pub(super) async fn a_record_whose_owner_never_comes_is_refused_with_its_unit(store: Store) {
    let wanted = record("key", &user("nobody"));
    let bob = user("bob");
    let unit = store.begin().await;
    let claim = unit.idempotency().claim(&wanted, at(0)).await;
    assert_eq!(claim.expect("a claim without its owner must not be an error yet"), Claim::Made);
    let inserted = unit.users().insert(&bob, &hash("x")).await;
    inserted.expect("another user is added");
    let committed = unit.commit().await;
    assert!(committed.is_err(), "a unit must not commit a record without its owner");
    assert_eq!(store.user(bob.id).await, None, "a unit that was refused must write nothing");
    let alone = store.idempotency.claim(&wanted, at(0)).await;
    assert!(alone.is_err(), "a claim by itself needs its owner at once: {alone:?}");
    assert_eq!(
        store.record_at(&wanted, 0).await,
        None,
        "a record whose owner never came must not be there"
    );
}

pub(super) async fn a_claim_is_not_seen_before_its_unit_commits(store: Store) {
    let owner = store.owner().await;
    let wanted = record("key", &owner);
    let unit = store.begin().await;
    let claim = unit.idempotency().claim(&wanted, at(0)).await;
    assert_eq!(claim.expect("a claim is answered"), Claim::Made);
    let found = unit.idempotency().find(wanted.scope, &wanted.key, at(0)).await;
    assert_eq!(
        found.expect("a record is read").as_ref(),
        Some(&wanted),
        "a unit must see its own claim"
    );
    assert_eq!(
        store.record_at(&wanted, 0).await,
        None,
        "a claim must not be seen before its unit commits"
    );
    unit.commit().await.expect("a unit commits");
    assert_eq!(
        store.record_at(&wanted, 0).await,
        Some(wanted),
        "a claim must be seen once its unit has committed"
    );
}
