use async_trait::async_trait;
use basalt_domain::{
    AuthState, Timestamp, TokenGeneration, TokenId, UserId,
    ports::{AuthStates, StoreError},
};

use super::{Fault, Faulty, Repositories, locked};
use crate::dawdle;

pub(super) fn shown_generation(fault: Fault, generation: TokenGeneration) -> TokenGeneration {
    let number = generation.number();
    match fault {
        Fault::ModuloGeneration => TokenGeneration::from_number(number % 16),
        Fault::GenerationsFromZero => TokenGeneration::from_number(number - 1),
        _ => generation,
    }
}

#[async_trait]
impl<R: Repositories> AuthStates for Faulty<R> {
    async fn find(&self, user: UserId, token: TokenId) -> Result<Option<AuthState>, StoreError> {
        let state = self.inner.auth_states().await?.find(user, token).await?;
        let is_left = self.has(Fault::NoCascade) && {
            let revoked = locked(&self.aside.revoked);
            revoked.iter().any(|(owner, left, _)| (*owner, *left) == (user, token))
        };
        self.or_error(state.map(|state| AuthState {
            generation: shown_generation(self.fault, state.generation),
            revoked: state.revoked || is_left,
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
        if matches!(self.fault, Fault::RollbackKeepsRevocations | Fault::NoCascade) {
            locked(&self.aside.revoked).push((user, token, expires_at));
        }
        self.or_error(states.find(user, token).await?)?;
        states.revoke(user, token, expires_at).await?;
        self.make_version(user).await
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
        if self.has(Fault::EndsEverybody) {
            for other in self.all_users().await? {
                if other.id != user {
                    states.end_all(other.id).await?;
                }
            }
        }
        let raised = states.end_all(user).await?;
        self.make_version(user).await?;
        self.or_error(raised.map(|raised| shown_generation(self.fault, raised)))
    }

    async fn remove_expired(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let (now, limit) = self.removal(now, limit);
        let states = self.inner.auth_states().await?;
        states.remove_expired(now, limit).await
    }
}
