use std::sync::Arc;

use async_trait::async_trait;

use super::StoreError;
use crate::{ListVersion, PostListKey, PostPage};

/// Pages of published posts that were read before. A page is good as long as the version of the
/// lists is the one it was read with; nothing is ever taken out because of a write.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PostCache: Send + Sync {
    /// The page that is kept for `key`, if it is of `version` and has not expired. MUST never give
    /// a page of another version.
    async fn get(
        &self,
        key: &PostListKey,
        version: ListVersion,
    ) -> Result<Option<Arc<PostPage>>, StoreError>;

    /// Keeps `page` for `key`, in place of the one that was kept before: a key MUST hold one page,
    /// however many versions there were.
    async fn put(&self, key: &PostListKey, page: Arc<PostPage>) -> Result<(), StoreError>;
}
