use async_trait::async_trait;
use basalt_domain::{
    IdempotencyKey, IdempotencyRecord, IdempotencyScope, Timestamp,
    ports::{Claim, IdempotencyRecords, StoreError},
};

use super::{Memory, access::Access, tables::Tables};

#[async_trait]
impl<A: Access> IdempotencyRecords for Memory<A> {
    async fn find(
        &self,
        scope: IdempotencyScope,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        let tables = self.0.read();
        let record = tables.records.get(&(scope, key.clone()));
        Ok(record.filter(|record| record.expires_at > now).cloned())
    }

    async fn claim(&self, record: &IdempotencyRecord, now: Timestamp) -> Result<Claim, StoreError> {
        let record = record.clone();
        let claim = move |tables: &mut Tables| {
            let key = (record.scope, record.key.clone());
            let present = tables.records.get(&key);
            if present.is_some_and(|present| present.expires_at > now) {
                return Claim::Exists;
            }
            tables.unsettled.push(key.clone());
            tables.records.insert(key, record);
            Claim::Made
        };
        self.0.write(claim).await
    }

    async fn remove_expired(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let remove = move |tables: &mut Tables| {
            let expired: Vec<_> = tables
                .records
                .iter()
                .filter(|(_, record)| record.expires_at < now)
                .map(|(key, _)| key.clone())
                .take(limit as usize)
                .collect();
            for key in &expired {
                tables.records.remove(key);
            }
            expired.len() as u64
        };
        self.0.write(remove).await
    }
}
