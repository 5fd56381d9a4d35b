use async_trait::async_trait;

use super::StoreError;
use crate::{IdempotencyKey, IdempotencyRecord, IdempotencyScope, Timestamp};

/// What became of an attempt to use a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The key is now this unit's.
    Made,
    /// A committed record has it.
    Exists,
    /// Another unit has it and did not end while the store was ready to wait.
    Busy,
}

/// Idempotency keys with the answers they led to.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait IdempotencyRecords: Send + Sync {
    /// The record of a key, unless it has expired at `now`.
    async fn find(
        &self,
        scope: IdempotencyScope,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, StoreError>;

    /// Uses a key. Of any number of concurrent claims of one key in one scope exactly one MUST be
    /// [`Claim::Made`] and commit. A record that has expired at `now` MUST be replaced. The
    /// record's owner may be added later in the same unit of work, which MUST fail without.
    async fn claim(&self, record: &IdempotencyRecord, now: Timestamp) -> Result<Claim, StoreError>;

    /// Removes at most `limit` records that expired before `now`; returns how many.
    async fn remove_expired(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError>;
}
