use async_trait::async_trait;
use basalt_domain::{
    IdempotencyKey, IdempotencyRecord, IdempotencyScope, Timestamp,
    ports::{Claim, IdempotencyRecords, StoreError},
};

use super::{Fault, Faulty, Repositories};
use crate::dawdle;

impl<R> Faulty<R> {
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
        let key = self.folded(key);
        self.inner.idempotency().await?.find(scope, &key, now).await
    }

    async fn claim(&self, record: &IdempotencyRecord, now: Timestamp) -> Result<Claim, StoreError> {
        let records = self.inner.idempotency().await?;
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
            Fault::FoldsKeys => {
                let folded = IdempotencyRecord { key: self.folded(&record.key), ..record.clone() };
                records.claim(&folded, now).await
            }
            Fault::NullsDiffer if record.scope.caller.is_none() => {
                records.claim(record, now).await?;
                Ok(Claim::Made)
            }
            Fault::ExpiredHolds => {
                let long_ago = Timestamp::from_micros(0).expect("1970");
                records.claim(record, long_ago).await
            }
            Fault::OwnerFirst => {
                let owner = self.inner.users().await?.find(record.owner).await?;
                if owner.is_none() {
                    return Err(StoreError::failed("FOREIGN KEY constraint failed"));
                }
                records.claim(record, now).await
            }
            _ => records.claim(record, now).await,
        }
    }

    async fn remove_expired(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let limit = if self.has(Fault::RemovesAll) { u32::MAX } else { limit };
        let records = self.inner.idempotency().await?;
        records.remove_expired(now, limit).await
    }
}
