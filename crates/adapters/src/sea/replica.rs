//! Reads that may be a little old.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use basalt_domain::{
    Post, PostFilter, PostId, PostListKey, PostPage, PostSortField, Slice, Sort, Version,
    WalkRequest,
    ports::{InsertPostError, Outcome, PostRepository, StoreError},
};

use super::{Sea, pool::Pool};

/// Whoever writes through this process sees the primary for so long afterwards: a replica may lag.
const LAG: Duration = Duration::from_secs(5);

/// Posts that are read from a replica where that makes no difference, and else from the primary.
pub(super) struct PublicPosts {
    primary: Sea<Pool>,
    replica: Option<Sea<Pool>>,
    /// How long after the beginning of a write it may still be missing on the replica.
    lag: Duration,
}

impl PublicPosts {
    pub(super) fn new(
        primary: Sea<Pool>,
        replica: Option<Pool>,
        acquire_timeout: Duration,
        statement_timeout: Duration,
    ) -> Self {
        // Half as long as for the primary, which then still has to answer.
        let patience = (acquire_timeout + statement_timeout) / 2;
        Self {
            primary,
            replica: replica.map(|pool| Sea::on_pools(pool.clone(), pool, patience)),
            lag: LAG + acquire_timeout + statement_timeout,
        }
    }

    /// The replica, unless it is away or a write may not have reached it.
    fn replica(&self) -> Option<&Sea<Pool>> {
        let replica = self.replica.as_ref()?;
        let is_fit =
            replica.pool.check().is_ok() && !self.primary.pool.was_written_within(self.lag);
        is_fit.then_some(replica)
    }
}

/// What `replica` answered; `None` when it failed, also in a way that another try would not mend,
/// such as a user that it refuses.
fn answer<T>(replica: &Sea<Pool>, read: Result<T, StoreError>) -> Option<T> {
    match read {
        Ok(answer) => Some(answer),
        Err(error) => {
            tracing::debug!(%error, "the replica failed; the primary is asked");
            replica.pool.doubt();
            None
        }
    }
}

#[async_trait]
impl PostRepository for PublicPosts {
    async fn find(&self, id: PostId) -> Result<Option<Post>, StoreError> {
        if let Some(replica) = self.replica()
            && let Some(found) = answer(replica, PostRepository::find(replica, id).await)
        {
            return Ok(found);
        }
        PostRepository::find(&self.primary, id).await
    }

    async fn page(&self, key: &PostListKey) -> Result<Arc<PostPage>, StoreError> {
        if let Some(replica) = self.replica()
            && let Some(page) = answer(replica, PostRepository::page(replica, key).await)
        {
            return Ok(page);
        }
        PostRepository::page(&self.primary, key).await
    }

    async fn walk(
        &self,
        filter: &PostFilter,
        sort: Sort<PostSortField>,
        walk: &WalkRequest,
    ) -> Result<Slice<Post>, StoreError> {
        if let Some(replica) = self.replica() {
            let slice = PostRepository::walk(replica, filter, sort, walk).await;
            if let Some(slice) = answer(replica, slice) {
                return Ok(slice);
            }
        }
        PostRepository::walk(&self.primary, filter, sort, walk).await
    }

    async fn insert(&self, post: &Post) -> Result<(), InsertPostError> {
        PostRepository::insert(&self.primary, post).await
    }

    async fn update(&self, post: &Post, expected: Version) -> Result<Outcome, StoreError> {
        PostRepository::update(&self.primary, post, expected).await
    }

    async fn delete(&self, id: PostId, expected: Version) -> Result<Outcome, StoreError> {
        PostRepository::delete(&self.primary, id, expected).await
    }
}
