use std::sync::Arc;

use async_trait::async_trait;

use super::StoreError;
use crate::{PostListKey, PostPage};

/// Names a state of all posts. Random, never a count: a count that was forgotten and starts again
/// would revive old pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CacheGeneration(pub u64);

/// What the cache knows of a page.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// The generation in force at the moment of the look-up.
    pub generation: CacheGeneration,
    /// The page, when it was kept under that generation and has not expired.
    pub page: Option<Arc<PostPage>>,
}

/// Pages of posts, kept under a generation.
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

    /// Begins a new generation: every page that is kept MUST be gone, at a cost that does not
    /// grow with their number.
    async fn bump(&self) -> Result<(), StoreError>;
}
