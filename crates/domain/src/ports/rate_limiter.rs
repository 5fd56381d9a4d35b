use async_trait::async_trait;

use super::StoreError;
use crate::{Decision, LimitKey, Policy};

/// Counts units. See [`Quota`](crate::Quota) for the algorithm.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait RateLimiter: Send + Sync {
    /// Takes one unit of each policy, in order, up to and including the first that refuses; the
    /// answer has one decision for each policy asked. Taking MUST be atomic: of M concurrent takes
    /// exactly as many pass as units are there. A refused take MUST cost no unit.
    /// Nobody MUST have to wait for a stored time that lies further ahead than the window: a clock
    /// was set back, or the quota is another one now.
    async fn take(&self, asks: &[(Policy, LimitKey)]) -> Result<Vec<Decision>, StoreError>;

    /// Gives one unit back. MUST never make more units than the policy has.
    async fn give_back(&self, policy: Policy, key: &LimitKey) -> Result<(), StoreError>;
}
