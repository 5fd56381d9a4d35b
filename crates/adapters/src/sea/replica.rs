//! Reads that may be a little old.

use std::time::Duration;

use async_trait::async_trait;
use basalt_domain::{
    Post, PostFilter, PostSortField, Slice, Sort, WalkRequest,
    ports::{PostRepository, PostWalks, StoreError},
};

use super::{Sea, pool::Pool};

/// Whoever writes through this process sees the primary for so long afterwards: a replica may lag.
const LAG: Duration = Duration::from_secs(5);

/// Walks through a replica where that makes no difference, and else through the primary.
pub(super) struct PublicWalks {
    primary: Sea<Pool>,
    replica: Option<Sea<Pool>>,
    /// How long after the beginning of a write it may still be missing on the replica.
    lag: Duration,
}

impl PublicWalks {
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
impl PostWalks for PublicWalks {
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
}
