use async_trait::async_trait;
use basalt_domain::{
    AuthState, Timestamp, TokenGeneration, TokenId, UserId,
    ports::{AuthStates, StoreError},
};

use super::{Memory, access::Access, tables::Tables};

#[async_trait]
impl<A: Access> AuthStates for Memory<A> {
    async fn find(&self, user: UserId, token: TokenId) -> Result<Option<AuthState>, StoreError> {
        let tables = self.0.read();
        Ok(tables.users.get(&user).map(|row| AuthState {
            role: row.user.role,
            active: row.user.active,
            generation: row.generation,
            revoked: tables.revoked.contains_key(&(user, token)),
        }))
    }

    async fn revoke(
        &self,
        user: UserId,
        token: TokenId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let revoke = move |tables: &mut Tables| {
            if tables.users.contains_key(&user) {
                tables.revoked.insert((user, token), expires_at);
            }
        };
        self.0.write(revoke).await
    }

    async fn end_all(&self, user: UserId) -> Result<Option<TokenGeneration>, StoreError> {
        let raise = move |tables: &mut Tables| {
            let row = tables.users.get_mut(&user)?;
            row.generation = row.generation.next();
            Some(row.generation)
        };
        self.0.write(raise).await
    }

    async fn remove_expired(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let remove = move |tables: &mut Tables| {
            let expired: Vec<_> = tables
                .revoked
                .iter()
                .filter(|(_, expires_at)| **expires_at < now)
                .map(|(token, _)| *token)
                .take(limit as usize)
                .collect();
            for token in &expired {
                tables.revoked.remove(token);
            }
            expired.len() as u64
        };
        self.0.write(remove).await
    }
}
