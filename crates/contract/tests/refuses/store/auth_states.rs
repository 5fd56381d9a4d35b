use async_trait::async_trait;
use basalt_domain::{
    AuthState, Timestamp, TokenGeneration, TokenId, UserId,
    ports::{AuthStates, StoreError},
};

use super::{Fault, Faulty, Repositories, locked};
use crate::dawdle;

pub(super) fn shown_generation(fault: Fault, generation: TokenGeneration) -> TokenGeneration {
    if fault == Fault::ModuloGeneration {
        TokenGeneration::from_number(generation.number() % 16)
    } else {
        generation
    }
}

#[async_trait]
impl<R: Repositories> AuthStates for Faulty<R> {
    async fn find(&self, user: UserId, token: TokenId) -> Result<Option<AuthState>, StoreError> {
        let state = self.inner.auth_states().await?.find(user, token).await?;
        Ok(state.map(|state| AuthState {
            generation: shown_generation(self.fault, state.generation),
            ..state
        }))
    }

    async fn revoke(
        &self,
        user: UserId,
        token: TokenId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let states = self.inner.auth_states().await?;
        if self.has(Fault::RevokedOnce) {
            let state = states.find(user, token).await?;
            if state.is_some_and(|state| state.revoked) {
                return Err(StoreError::failed("UNIQUE constraint failed"));
            }
        }
        if self.has(Fault::RollbackKeepsRevocations) {
            locked(&self.aside.revoked).push((user, token, expires_at));
        }
        states.revoke(user, token, expires_at).await
    }

    async fn end_all(&self, user: UserId) -> Result<Option<TokenGeneration>, StoreError> {
        let states = self.inner.auth_states().await?;
        if self.has(Fault::ReadThenRaise) {
            let read = self.inner.users().await?.credentials_of(user).await?;
            let Some(read) = read else {
                return Ok(None);
            };
            dawdle().await;
            states.end_all(user).await?;
            return Ok(Some(read.generation.next()));
        }
        let raised = states.end_all(user).await?;
        Ok(raised.map(|raised| shown_generation(self.fault, raised)))
    }

    async fn remove_expired(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let limit = if self.has(Fault::RemovesAll) { u32::MAX } else { limit };
        let states = self.inner.auth_states().await?;
        states.remove_expired(now, limit).await
    }
}
