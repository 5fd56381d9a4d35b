use std::sync::Arc;

use async_trait::async_trait;

use super::{Outcome, StoreError};
use crate::{
    Post, PostFilter, PostId, PostListKey, PostPage, PostSortField, ServedPage, Slice, Sort,
    UnsavedPost, UserId, Version, WalkRequest,
};

/// Why a post could not be added.
#[derive(Clone, Debug, thiserror::Error)]
pub enum InsertPostError {
    /// The author is gone.
    #[error("the author is gone")]
    AuthorMissing,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Walks through the posts for readers who can't tell that what they see lags by some moments: from
/// a copy of the store, perhaps.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PostWalks: Send + Sync {
    /// As [`PostRepository::walk`], perhaps as it was some moments ago. MUST show what this process
    /// has written, and MUST answer while the copy is away.
    async fn walk(
        &self,
        filter: &PostFilter,
        sort: Sort<PostSortField>,
        walk: &WalkRequest,
    ) -> Result<Slice<Post>, StoreError>;
}

/// The posts of the system. See [`UserRepository`](super::UserRepository) for what a unit of work
/// changes.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PostRepository: Send + Sync {
    /// The post with this id, published or not. The author's name and version MUST be the present
    /// ones.
    async fn find(&self, id: PostId) -> Result<Option<Post>, StoreError>;

    /// One page of posts, with the promises of
    /// [`UserRepository::page`](super::UserRepository::page), but that `total` MAY be inexact for
    /// one author's posts too, beyond [`PageRequest::MAX_DEPTH`](crate::PageRequest::MAX_DEPTH).
    /// Rows, total and version MUST be of one snapshot. Equal stamps MUST mean the same page. An
    /// adapter that keeps pages MUST not show one from before a write of this process that was
    /// committed before the call.
    async fn page(&self, key: &PostListKey) -> Result<Arc<PostPage>, StoreError>;

    /// As [`Self::page`], for a reader who rather has an old page than none: an adapter that keeps
    /// pages may serve one while the store can't be asked, with its age. It MUST be of a version
    /// that was read after the last write of this process.
    async fn page_or_stale(&self, key: &PostListKey) -> Result<ServedPage, StoreError> {
        self.page(key).await.map(ServedPage::fresh)
    }

    /// The posts after a position, with the promises of
    /// [`UserRepository::walk`](super::UserRepository::walk).
    async fn walk(
        &self,
        filter: &PostFilter,
        sort: Sort<PostSortField>,
        walk: &WalkRequest,
    ) -> Result<Slice<Post>, StoreError>;

    /// Adds a post, and gives it with its author as they are in that moment. An author that does not
    /// exist MUST be [`InsertPostError::AuthorMissing`], decided by the store's own constraint.
    async fn insert(&self, post: &UnsavedPost) -> Result<Post, InsertPostError>;

    /// Writes title, content, `published`, version and time of `post` where the stored version is
    /// `expected`; the check MUST be part of the write.
    async fn update(&self, post: &Post, expected: Version) -> Result<Outcome, StoreError>;

    /// Removes the post where the stored version is `expected`.
    async fn delete(&self, id: PostId, expected: Version) -> Result<Outcome, StoreError>;

    /// Removes at most `limit` posts of `author`; returns how many.
    async fn delete_some_of(&self, author: UserId, limit: u32) -> Result<u64, StoreError>;
}
