use async_trait::async_trait;

use super::StoreError;
use crate::{
    Credentials, Email, Page, PageRequest, PasswordHash, Slice, Sort, User, UserFilter, UserId,
    UserSortField, Version, WalkRequest,
};

/// What became of a write that names one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// The row has another version than the one expected; nothing was written.
    Stale,
    /// There is no such row.
    Missing,
}

/// Why a user could not be written.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WriteUserError {
    /// Another user has this address.
    #[error("another user has this e-mail address")]
    EmailTaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The users of the system.
///
/// Used on its own, each call is a transaction by itself; handed out by a
/// [`UnitOfWork`](super::UnitOfWork), all calls are part of that unit.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait UserRepository: Send + Sync {
    /// The user with this id. `None` MUST mean that there is none, never that reading failed.
    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError>;

    /// What a login with this address needs; hash and generation MUST be of one moment.
    async fn credentials(&self, email: &Email) -> Result<Option<Credentials>, StoreError>;

    /// The same by id.
    async fn credentials_of(&self, id: UserId) -> Result<Option<Credentials>, StoreError>;

    /// One page of the users that pass `filter`. Rows MUST be ordered by `sort`, equal ones by id
    /// in the same direction; `total` MUST count all that pass, in the same snapshot; a page past
    /// the end MUST be empty with the true total. Search MUST compare folded text literally; it MAY
    /// look at the first rows of the list only, a bounded number, and `total` is then what it found
    /// there, and not exact.
    async fn page(
        &self,
        filter: &UserFilter,
        sort: Sort<UserSortField>,
        page: PageRequest,
    ) -> Result<Page<User>, StoreError>;

    /// The users after a position, in the order of [`Self::page`]. A walk MUST return each row
    /// that stays unchanged exactly once, also among equal keys, and MUST cost the same at any
    /// depth. A step of a search MAY look at a bounded number of rows and hold fewer than asked for;
    /// its `next` MUST be `None` at the end only.
    async fn walk(
        &self,
        filter: &UserFilter,
        sort: Sort<UserSortField>,
        walk: &WalkRequest,
    ) -> Result<Slice<User>, StoreError>;

    /// Adds a user with the first token generation. Of any number of concurrent inserts with one
    /// address exactly one MUST succeed and the others MUST be [`WriteUserError::EmailTaken`],
    /// decided by the store's own constraint.
    async fn insert(&self, user: &User, hash: &PasswordHash) -> Result<(), WriteUserError>;

    /// Writes the visible fields of `user` where the stored version is `expected`; the check MUST
    /// be part of the write. Password, tokens and the time of creation MUST stay as they are.
    async fn update(&self, user: &User, expected: Version) -> Result<Outcome, WriteUserError>;

    /// Replaces the hash where it is still `from`; the check MUST be part of the write. `false`
    /// when it is not, or the user is gone. MUST make no new version.
    async fn replace_password(
        &self,
        id: UserId,
        from: &PasswordHash,
        to: &PasswordHash,
    ) -> Result<bool, StoreError>;

    /// Removes the user where the stored version is `expected`. Their posts, idempotency records
    /// and revoked tokens MUST go with them.
    async fn delete(&self, id: UserId, expected: Version) -> Result<Outcome, StoreError>;

    /// The ids of the active administrators. Within a unit of work no other unit that has called
    /// this MUST be able to commit before this one ends: the rule of the last administrator is
    /// decided on the answer.
    async fn active_admins(&self) -> Result<Vec<UserId>, StoreError>;
}
