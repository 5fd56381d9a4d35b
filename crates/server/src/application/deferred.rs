//! The database from the first moment on, also while it can't be used yet.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use basalt_adapters::sea::SeaStore;
use basalt_api::{Loss, Part};
use basalt_domain::{
    AuthState, Credentials, Email, IdempotencyKey, IdempotencyRecord, IdempotencyScope,
    ListVersion, Page, PageRequest, PasswordHash, Post, PostFilter, PostId, PostListKey, PostPage,
    PostSortField, Slice, Sort, Timestamp, TokenGeneration, TokenId, UnsavedPost, User, UserFilter,
    UserId, UserSortField, Version, WalkRequest,
    ports::{
        AuthStates, Cause, Claim, IdempotencyRecords, InsertPostError, ListVersions, Outcome,
        PostRepository, PostWalks, StoreError, UnitOfWork, UnitsOfWork, UserRepository,
        WriteUserError,
    },
};

use tokio::sync::watch;

use super::PreparationError;

/// Implements the ports on a database that may still have to be reached or brought up to date.
/// Until [`DeferredStore::open`], each call fails as unavailable: the process can listen, tell that
/// it is not ready, and answer 503, instead of failing on tables that are not there.
#[derive(Clone)]
pub(super) struct DeferredStore(Arc<Deferred>);

struct Deferred {
    store: OnceLock<SeaStore>,
    preparation: watch::Sender<Preparing>,
}

/// How far everything is that has to be done before requests can be served.
#[derive(Clone)]
enum Preparing {
    Begun,
    /// And is tried again.
    Failed(Arc<PreparationError>),
    Done,
}

#[derive(Debug, thiserror::Error)]
#[error("the database is being prepared")]
struct BeingPrepared;

/// The walks through a [`DeferredStore`] of readers without a token.
pub(super) struct DeferredPublicWalks(DeferredStore);

impl DeferredPublicWalks {
    fn get(&self) -> Result<&SeaStore, StoreError> {
        self.0.get()
    }
}

impl Default for DeferredStore {
    fn default() -> Self {
        Self(Arc::new(Deferred {
            store: OnceLock::new(),
            preparation: watch::Sender::new(Preparing::Begun),
        }))
    }
}

impl DeferredStore {
    /// What readers without a token may get from a copy that lags behind.
    pub(super) fn public_walks(&self) -> DeferredPublicWalks {
        DeferredPublicWalks(self.clone())
    }

    /// Lets calls through to `store`, which has the schema that this binary expects. Later calls
    /// change nothing.
    pub(super) fn open(&self, store: SeaStore) {
        self.0.store.get_or_init(|| store);
        self.0.preparation.send_replace(Preparing::Done);
    }

    /// The database, once it can be used.
    pub(super) fn get(&self) -> Result<&SeaStore, StoreError> {
        self.0.store.get().ok_or_else(|| self.why_not())
    }

    /// Tells why it can't be used yet.
    pub(super) fn not_prepared(&self, why: PreparationError) {
        let failed = Preparing::Failed(Arc::new(why));
        self.0.preparation.send_replace(failed);
    }

    /// Waits until the preparation ends or fails.
    pub(super) async fn preparation_moved(&self) {
        // Never an error: the sender is ours.
        let _ = self.0.preparation.subscribe().changed().await;
    }

    /// What is missing until all is prepared; `None` from then on.
    pub(super) fn unprepared(&self) -> Option<Loss> {
        let (part, cause): (_, Cause) = match &*self.0.preparation.borrow() {
            Preparing::Done => return None,
            Preparing::Begun => (Part::Database, Arc::new(BeingPrepared)),
            Preparing::Failed(why) => (why.part(), why.clone()),
        };
        Some(Loss { part, cause: Some(cause) })
    }

    fn why_not(&self) -> StoreError {
        match &*self.0.preparation.borrow() {
            Preparing::Failed(why) => StoreError::Unavailable(why.clone()),
            _ => StoreError::unavailable(BeingPrepared),
        }
    }
}

#[async_trait]
impl UnitsOfWork for DeferredStore {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        self.get()?.begin().await
    }
}

/// Implements a port by handing each call over.
macro_rules! once_open {
    ($port:ident for $deferred:ident by $repository:ident: $(fn $method:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*) => {
        #[async_trait]
        impl $port for $deferred {
            $(async fn $method(&self, $($argument: $type),*) -> $answer {
                $port::$method(&self.get()?.$repository(), $($argument),*).await
            })*
        }
    };
}

once_open! { UserRepository for DeferredStore by users:
    fn find(id: UserId) -> Result<Option<User>, StoreError>;
    fn credentials(email: &Email) -> Result<Option<Credentials>, StoreError>;
    fn credentials_of(id: UserId) -> Result<Option<Credentials>, StoreError>;
    fn page(filter: &UserFilter, sort: Sort<UserSortField>, page: PageRequest)
        -> Result<Page<User>, StoreError>;
    fn walk(filter: &UserFilter, sort: Sort<UserSortField>, walk: &WalkRequest)
        -> Result<Slice<User>, StoreError>;
    fn insert(user: &User, hash: &PasswordHash) -> Result<(), WriteUserError>;
    fn update(user: &User, expected: Version) -> Result<Outcome, WriteUserError>;
    fn replace_password(id: UserId, from: &PasswordHash, to: &PasswordHash)
        -> Result<bool, StoreError>;
    fn delete(id: UserId, expected: Version) -> Result<Outcome, StoreError>;
    fn active_admins() -> Result<Vec<UserId>, StoreError>;
}

once_open! { PostRepository for DeferredStore by posts:
    fn find(id: PostId) -> Result<Option<Post>, StoreError>;
    fn page(key: &PostListKey) -> Result<Arc<PostPage>, StoreError>;
    fn walk(filter: &PostFilter, sort: Sort<PostSortField>, walk: &WalkRequest)
        -> Result<Slice<Post>, StoreError>;
    fn insert(post: &UnsavedPost) -> Result<Post, InsertPostError>;
    fn update(post: &Post, expected: Version) -> Result<Outcome, StoreError>;
    fn delete(id: PostId, expected: Version) -> Result<Outcome, StoreError>;
    fn delete_some_of(author: UserId, limit: u32) -> Result<u64, StoreError>;
}

#[async_trait]
impl ListVersions for DeferredStore {
    async fn current(&self) -> Result<ListVersion, StoreError> {
        self.get()?.current().await
    }
}

once_open! { PostWalks for DeferredPublicWalks by public_walks:
    fn walk(filter: &PostFilter, sort: Sort<PostSortField>, walk: &WalkRequest)
        -> Result<Slice<Post>, StoreError>;
}

once_open! { AuthStates for DeferredStore by auth_states:
    fn find(user: UserId, token: TokenId) -> Result<Option<AuthState>, StoreError>;
    fn revoke(user: UserId, token: TokenId, expires_at: Timestamp) -> Result<(), StoreError>;
    fn end_all(user: UserId) -> Result<Option<TokenGeneration>, StoreError>;
    fn remove_expired(now: Timestamp, limit: u32) -> Result<u64, StoreError>;
}

once_open! { IdempotencyRecords for DeferredStore by idempotency:
    fn find(scope: IdempotencyScope, key: &IdempotencyKey, now: Timestamp)
        -> Result<Option<IdempotencyRecord>, StoreError>;
    fn claim(record: &IdempotencyRecord, now: Timestamp) -> Result<Claim, StoreError>;
    fn remove_expired(now: Timestamp, limit: u32) -> Result<u64, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn before_it_opens_every_call_is_unavailable() {
        let deferred = DeferredStore::default();
        let admins = deferred.active_admins().await;
        assert!(matches!(admins, Err(StoreError::Unavailable(_))));
        let begun = UnitsOfWork::begin(&deferred).await;
        assert!(matches!(begun.err(), Some(StoreError::Unavailable(_))));
    }
}
