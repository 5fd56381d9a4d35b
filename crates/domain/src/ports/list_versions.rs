use async_trait::async_trait;

use super::StoreError;
use crate::ListVersion;

/// Tells in which state the lists of published posts are.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ListVersions: Send + Sync {
    /// The version of what is committed. Every commit that changes what a list of published posts
    /// shows (a published post that comes, goes or changes, the name of an author of one) MUST
    /// change it to one that never was, by the moment it is visible. A draft, a registration, a
    /// role, a token and what is rolled back MUST leave it as it is; the name of somebody who has
    /// published nothing MAY change it, since another unit may be publishing their first post.
    async fn current(&self) -> Result<ListVersion, StoreError>;
}
