use crate::{PostId, TokenId, UserId};

/// Makes ids that were never given out before and sort by the time they were made (`UUIDv7`).
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Ids: Send + Sync {
    /// For a new user.
    fn user(&self) -> UserId;

    /// For a new post.
    fn post(&self) -> PostId;

    /// For a new token.
    fn token(&self) -> TokenId;
}
