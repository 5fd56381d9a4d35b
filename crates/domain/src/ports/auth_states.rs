use async_trait::async_trait;

use super::StoreError;
use crate::{AuthState, Timestamp, TokenGeneration, TokenId, UserId};

/// What decides whether a token is still good.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AuthStates: Send + Sync {
    /// The state of `user`, and whether `token` was revoked. `None` when the user is gone. An
    /// adapter that keeps states MUST not keep one longer than a second, and MUST not show one
    /// from before a write of this process that was committed before the call.
    async fn find(&self, user: UserId, token: TokenId) -> Result<Option<AuthState>, StoreError>;

    /// Ends one token. Doing it twice, or for a user who is gone, MUST be no error. The note may
    /// go once `expires_at` has passed.
    async fn revoke(
        &self,
        user: UserId,
        token: TokenId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Ends all tokens of `user` by raising the generation, and returns the new one; `None` when
    /// the user is gone. MUST never return a generation twice, and MUST make no new version.
    async fn end_all(&self, user: UserId) -> Result<Option<TokenGeneration>, StoreError>;

    /// Removes at most `limit` notes of tokens that expired before `now`; returns how many.
    async fn remove_expired(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError>;
}
