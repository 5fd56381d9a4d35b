use basalt_domain::{
    Answer, Fingerprint, IdempotencyKey, IdempotencyRecord, IdempotencyScope, Operation, User,
    ports::Claim,
};

use crate::{
    Store,
    samples::{anonymous, at, record, user},
};

impl Store {
    pub(super) async fn owner(&self) -> User {
        let owner = user("owner");
        self.add(&owner).await;
        owner
    }

    pub(super) async fn claim_at(&self, record: &IdempotencyRecord, now: i64) -> Claim {
        let claimed = self.idempotency.claim(record, at(now)).await;
        claimed.expect("a claim is answered")
    }

    /// The record under the key of `record`.
    pub(super) async fn record_at(
        &self,
        record: &IdempotencyRecord,
        now: i64,
    ) -> Option<IdempotencyRecord> {
        let found = self.idempotency.find(record.scope, &record.key, at(now));
        found.await.expect("a record is read")
    }
}

pub(super) async fn a_record_is_read_as_it_was_written(store: Store) {
    let owner = store.owner().await;
    let longest = "~!\"#%'_\\".repeat(40)[..IdempotencyKey::MAX_CHARS].to_owned();
    let every_byte: Vec<u8> = (0..=255).collect();
    let written = IdempotencyRecord {
        scope: IdempotencyScope { caller: Some(owner.id), operation: Operation::CreatePost },
        fingerprint: Fingerprint([0xfe; 32]),
        answer: Answer(every_byte),
        expires_at: at(123_457),
        ..record(&longest, &owner)
    };
    for record in [written, record("anonymous", &owner)] {
        assert_eq!(store.claim_at(&record, 0).await, Claim::Made);
        assert_eq!(
            store.record_at(&record, 0).await,
            Some(record),
            "a record must be read as it was written, byte for byte"
        );
    }
}

pub(super) async fn an_unknown_key_is_none_and_no_error(store: Store) {
    let unknown = record("unknown", &user("nobody"));
    let found = store.idempotency.find(unknown.scope, &unknown.key, at(0)).await;
    let found = found.expect("looking for an unknown key must not be an error");
    assert_eq!(found, None, "an unknown key must have no record");
}

pub(super) async fn a_key_belongs_to_its_caller_and_operation(store: Store) {
    let (ann, bob) = (user("ann"), user("bob"));
    store.add_all(&[ann.clone(), bob.clone()]).await;
    let mut scopes = vec![anonymous()];
    for caller in [None, Some(ann.id), Some(bob.id)] {
        let operation = Operation::CreatePost;
        scopes.push(IdempotencyScope { caller, operation });
    }
    for (number, scope) in scopes.iter().enumerate() {
        let record = IdempotencyRecord {
            scope: *scope,
            answer: Answer(number.to_string().into_bytes()),
            ..record("shared", &ann)
        };
        assert_eq!(
            store.record_at(&record, 0).await,
            None,
            "a key must not be found in another scope: {scope:?}"
        );
        assert_eq!(
            store.claim_at(&record, 0).await,
            Claim::Made,
            "a key must be free in another scope: {scope:?}"
        );
        assert_eq!(
            store.record_at(&record, 0).await,
            Some(record),
            "each scope must have its own record: {scope:?}"
        );
    }
}

pub(super) async fn a_key_is_compared_with_its_case_and_to_its_last_character(store: Store) {
    let owner = store.owner().await;
    let long = "k".repeat(254);
    let (one, other) = (format!("{long}1"), format!("{long}2"));
    for key in ["key", "KEY", "Key", "%", "_", "'", &one, &other] {
        assert_eq!(
            store.claim_at(&record(key, &owner), 0).await,
            Claim::Made,
            "keys must be compared exactly: {key}"
        );
    }
}
