use std::sync::Arc;

use async_trait::async_trait;

use super::StoreError;
use crate::{PostListKey, PostPage};

/// Names a state of all posts. Random, never a count: a count that was forgotten and starts again
/// would revive old pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CacheGeneration(pub u64);

/// Names a change that was announced by [`PostCache::expect_change`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChangeMark(pub u64);

/// What the cache knows of a page.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// The generation under which a page that is read from now on may be kept.
    pub generation: CacheGeneration,
    /// The page, when it was kept under that generation and has not expired.
    pub page: Option<Arc<PostPage>>,
}

/// Pages of posts, kept under a generation.
///
/// Whoever changes posts announces it with [`PostCache::expect_change`], makes the change last and
/// then calls [`PostCache::bump`]. The announcement is for a cache that outlives the process: one
/// that dies before its bump leaves nothing behind that was read before its change.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PostCache: Send + Sync {
    /// Looks a page up. MUST return only pages that were filled under the present generation and
    /// have not expired.
    async fn look_up(&self, key: &PostListKey) -> Result<Lookup, StoreError>;

    /// Keeps a page that was read after `generation` was looked up. A fill under an earlier
    /// generation than the present one MUST never be seen.
    async fn fill(
        &self,
        key: &PostListKey,
        generation: CacheGeneration,
        page: Arc<PostPage>,
    ) -> Result<(), StoreError>;

    /// Says that posts are about to change. What is kept now, or is filled before the bump that
    /// redeems the mark, MUST be gone after that bump, and within five seconds when the bump never
    /// comes. A mark that is never redeemed MUST end by itself.
    ///
    /// A failure MUST not keep anybody from the change.
    async fn expect_change(&self) -> Result<ChangeMark, StoreError>;

    /// Begins a new generation and redeems `mark`: every page that is kept MUST be gone, at a cost
    /// that does not grow with their number. After `Err` this process MUST not show a page from
    /// before the call.
    async fn bump(&self, mark: Option<ChangeMark>) -> Result<(), StoreError>;
}
