//! The repositories of a unit: what they write is noted.

use async_trait::async_trait;
use basalt_domain::{
    AuthState, Credentials, Email, IdempotencyKey, IdempotencyRecord, IdempotencyScope, Page,
    PageRequest, PasswordHash, Slice, Sort, Timestamp, TokenGeneration, TokenId, User, UserFilter,
    UserId, UserSortField, Version, WalkRequest,
    ports::{
        AuthStates, Claim, IdempotencyRecords, Outcome, StoreError, UserRepository, WriteUserError,
    },
};

use super::CachedUnit;

#[async_trait]
impl UserRepository for CachedUnit {
    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.inner.users().find(id).await
    }

    async fn credentials(&self, email: &Email) -> Result<Option<Credentials>, StoreError> {
        self.inner.users().credentials(email).await
    }

    async fn credentials_of(&self, id: UserId) -> Result<Option<Credentials>, StoreError> {
        self.inner.users().credentials_of(id).await
    }

    async fn page(
        &self,
        filter: &UserFilter,
        sort: Sort<UserSortField>,
        page: PageRequest,
    ) -> Result<Page<User>, StoreError> {
        self.inner.users().page(filter, sort, page).await
    }

    async fn walk(
        &self,
        filter: &UserFilter,
        sort: Sort<UserSortField>,
        walk: &WalkRequest,
    ) -> Result<Slice<User>, StoreError> {
        self.inner.users().walk(filter, sort, walk).await
    }

    /// Changes nothing that is kept.
    async fn insert(&self, user: &User, hash: &PasswordHash) -> Result<(), WriteUserError> {
        self.inner.users().insert(user, hash).await
    }

    /// Changes the state.
    async fn update(&self, user: &User, expected: Version) -> Result<Outcome, WriteUserError> {
        self.note_user(user.id);
        self.inner.users().update(user, expected).await
    }

    /// Changes nothing that is kept: ending tokens is a call of its own.
    async fn replace_password(
        &self,
        id: UserId,
        from: &PasswordHash,
        to: &PasswordHash,
    ) -> Result<bool, StoreError> {
        self.inner.users().replace_password(id, from, to).await
    }

    /// Ends the state.
    async fn delete(&self, id: UserId, expected: Version) -> Result<Outcome, StoreError> {
        self.note_user(id);
        self.inner.users().delete(id, expected).await
    }

    async fn active_admins(&self) -> Result<Vec<UserId>, StoreError> {
        self.inner.users().active_admins().await
    }
}

#[async_trait]
impl AuthStates for CachedUnit {
    async fn find(&self, user: UserId, token: TokenId) -> Result<Option<AuthState>, StoreError> {
        self.inner.auth_states().find(user, token).await
    }

    async fn revoke(
        &self,
        user: UserId,
        token: TokenId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.note_user(user);
        let states = self.inner.auth_states();
        states.revoke(user, token, expires_at).await
    }

    async fn end_all(&self, user: UserId) -> Result<Option<TokenGeneration>, StoreError> {
        self.note_user(user);
        self.inner.auth_states().end_all(user).await
    }

    async fn remove_expired(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.inner.auth_states().remove_expired(now, limit).await
    }
}

#[async_trait]
impl IdempotencyRecords for CachedUnit {
    /// Notes a record that is found, as [`CachedRecords`](crate::cached::CachedRecords) does.
    async fn find(
        &self,
        scope: IdempotencyScope,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        let found = self.inner.idempotency().find(scope, key, now).await?;
        if found.is_some() {
            self.versions.note_write();
        }
        Ok(found)
    }

    async fn claim(&self, record: &IdempotencyRecord, now: Timestamp) -> Result<Claim, StoreError> {
        self.inner.idempotency().claim(record, now).await
    }

    async fn remove_expired(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.inner.idempotency().remove_expired(now, limit).await
    }
}
