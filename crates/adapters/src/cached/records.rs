use std::sync::Arc;

use async_trait::async_trait;
use basalt_domain::{
    IdempotencyKey, IdempotencyRecord, IdempotencyScope, Timestamp,
    ports::{Claim, IdempotencyRecords, StoreError},
};

use super::LatestVersion;

/// [`IdempotencyRecords`] that notes each record that is found: the answer of a write is about to be
/// repeated, and whoever gets it expects lists to show that write, whichever process did it.
pub struct CachedRecords {
    inner: Arc<dyn IdempotencyRecords>,
    versions: Arc<LatestVersion>,
}

impl CachedRecords {
    /// Notes in `versions` what is found in `inner`.
    pub fn new(inner: Arc<dyn IdempotencyRecords>, versions: Arc<LatestVersion>) -> Self {
        Self { inner, versions }
    }
}

#[async_trait]
impl IdempotencyRecords for CachedRecords {
    async fn find(
        &self,
        scope: IdempotencyScope,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        let found = self.inner.find(scope, key, now).await?;
        if found.is_some() {
            self.versions.note_write();
        }
        Ok(found)
    }

    async fn claim(&self, record: &IdempotencyRecord, now: Timestamp) -> Result<Claim, StoreError> {
        self.inner.claim(record, now).await
    }

    async fn remove_expired(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.inner.remove_expired(now, limit).await
    }
}

#[cfg(test)]
mod tests;
