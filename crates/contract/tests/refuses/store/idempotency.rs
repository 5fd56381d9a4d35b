use std::time::Duration;

use async_trait::async_trait;
use basalt_domain::{
    Answer, IdempotencyKey, IdempotencyRecord, IdempotencyScope, Operation, Timestamp,
    ports::{Claim, IdempotencyRecords, StoreError},
};

use super::{Fault, Faulty, Repositories, locked};
use crate::dawdle;

fn long_ago() -> Timestamp {
    Timestamp::from_micros(0).expect("1970")
}

impl<R> Faulty<R> {
    /// What is removed where `limit` rows that have expired by `now` are to go.
    pub(super) fn removal(&self, now: Timestamp, limit: u32) -> (Timestamp, u32) {
        match self.fault {
            Fault::RemovesAll => (now, u32::MAX),
            Fault::RemovesEarly => (now.plus(Duration::from_hours(1)), limit),
            _ => (now, limit),
        }
    }

    /// The record as the fault writes it.
    fn written(&self, mut record: IdempotencyRecord) -> IdempotencyRecord {
        match self.fault {
            Fault::FoldsKeys => record.key = self.folded(&record.key),
            Fault::KeysOfAll => record.scope.operation = Operation::RegisterUser,
            Fault::TextAnswers => {
                let Answer(bytes) = record.answer;
                record.answer = Answer(String::from_utf8_lossy(&bytes).into_owned().into_bytes());
            }
            Fault::NoCascade => locked(&self.aside.records).push(record.clone()),
            _ => {}
        }
        record
    }

    fn folded(&self, key: &IdempotencyKey) -> IdempotencyKey {
        if !self.has(Fault::FoldsKeys) {
            return key.clone();
        }
        let folded = key.as_str().to_lowercase();
        IdempotencyKey::parse(folded.as_bytes()).expect("a valid key")
    }
}

#[async_trait]
impl<R: Repositories> IdempotencyRecords for Faulty<R> {
    async fn find(
        &self,
        scope: IdempotencyScope,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        let (mut scope, mut now, key) = (scope, now, self.folded(key));
        match self.fault {
            Fault::KeysOfAll => scope.operation = Operation::RegisterUser,
            Fault::FindsExpired => now = long_ago(),
            _ => {}
        }
        let found = self.inner.idempotency().await?.find(scope, &key, now).await?;
        let left = || {
            let records = locked(&self.aside.records);
            records.iter().find(|left| (left.scope, &left.key) == (scope, &key)).cloned()
        };
        self.or_error(found.or_else(left))
    }

    async fn claim(&self, record: &IdempotencyRecord, now: Timestamp) -> Result<Claim, StoreError> {
        let records = self.inner.idempotency().await?;
        let record = &self.written(record.clone());
        match self.fault {
            Fault::FindThenClaim => {
                let found = records.find(record.scope, &record.key, now).await?;
                if found.is_some() {
                    return Ok(Claim::Exists);
                }
                dawdle().await;
                records.claim(record, now).await?;
                Ok(Claim::Made)
            }
            Fault::NullsDiffer if record.scope.caller.is_none() => {
                records.claim(record, now).await?;
                Ok(Claim::Made)
            }
            Fault::ExpiredHolds => records.claim(record, long_ago()).await,
            Fault::OwnerFirst | Fault::AnyOwner => {
                let owner = self.inner.users().await?.find(record.owner).await?;
                if owner.is_none() && self.has(Fault::AnyOwner) {
                    locked(&self.aside.records).push(record.clone());
                    return Ok(Claim::Made);
                }
                if owner.is_none() {
                    return Err(StoreError::failed("FOREIGN KEY constraint failed"));
                }
                records.claim(record, now).await
            }
            _ => records.claim(record, now).await,
        }
    }

    async fn remove_expired(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let (now, limit) = self.removal(now, limit);
        let records = self.inner.idempotency().await?;
        records.remove_expired(now, limit).await
    }
}
