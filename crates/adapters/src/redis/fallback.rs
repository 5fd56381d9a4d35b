use std::sync::Arc;

use async_trait::async_trait;
use basalt_domain::{
    Decision, LimitKey, Policy,
    ports::{RateLimiter, StoreError},
};

use super::RedisLimiter;
use crate::memory::GovernorLimiter;

/// A [`RateLimiter`] that counts in Redis and, while that is gone, in this process: a limit is
/// never open, and asking never fails.
pub struct FallbackLimiter {
    shared: RedisLimiter,
    local: Arc<GovernorLimiter>,
}

impl FallbackLimiter {
    /// Counts in `shared`, else in `local`.
    pub fn new(shared: RedisLimiter, local: Arc<GovernorLimiter>) -> Self {
        Self { shared, local }
    }
}

#[async_trait]
impl RateLimiter for FallbackLimiter {
    async fn take(&self, asks: &[(Policy, LimitKey)]) -> Result<Vec<Decision>, StoreError> {
        if self.shared.is_up()
            && let Ok(decisions) = self.shared.take(asks).await
        {
            return Ok(decisions);
        }
        self.local.take(asks).await
    }

    /// A unit that was taken before Redis went or came back is lost: that is the safe side.
    async fn give_back(&self, policy: Policy, key: &LimitKey) -> Result<(), StoreError> {
        if self.shared.is_up() && self.shared.give_back(policy, key).await.is_ok() {
            return Ok(());
        }
        self.local.give_back(policy, key).await
    }
}
