use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use basalt_domain::{
    ListVersion, PostListKey, PostPage,
    ports::{Clock, PostCache, StoreError},
};
use deadpool_redis::redis;

use super::{Redis, connections::Request, millis, pages};

/// Larger pages are not shared: a few of them on their way would eat up the budget of every other
/// call.
const MAX_SHARED_BYTES: usize = 256 * 1024;

/// A [`PostCache`] that processes share. A page stands under its query and begins with its version,
/// so that the next one takes its place: there are never more pages than queries, however many
/// writes there were.
pub struct RedisPostCache {
    redis: Redis,
    ttl: Duration,
    clock: Arc<dyn Clock>,
}

impl RedisPostCache {
    pub(super) fn new(redis: Redis, ttl: Duration, clock: Arc<dyn Clock>) -> Self {
        Self { redis, ttl, clock }
    }
}

#[async_trait]
impl PostCache for RedisPostCache {
    async fn get(
        &self,
        key: &PostListKey,
        version: ListVersion,
    ) -> Result<Option<Arc<PostPage>>, StoreError> {
        let mut get = redis::cmd("GET");
        get.arg(self.redis.0.keys.page(key));
        let kept: Option<String> = self.redis.call(&Request::Command(get)).await?;
        let read = kept.and_then(|kept| pages::read(version, &kept));
        // By the clock, which whoever put it there may not share: Redis's own time ends it too.
        let page = read.filter(|(_, expires_at)| self.clock.now() < *expires_at);
        Ok(page.map(|(page, _)| PostPage::fresh(page, version)))
    }

    async fn put(&self, key: &PostListKey, page: Arc<PostPage>) -> Result<(), StoreError> {
        let expires_at = self.clock.now().plus(self.ttl);
        let Some(written) = pages::write(&page, expires_at) else {
            return Ok(());
        };
        if written.len() > MAX_SHARED_BYTES {
            return Ok(());
        }
        let mut set = redis::cmd("SET");
        set.arg(self.redis.0.keys.page(key)).arg(written);
        set.arg("PX").arg(millis(self.ttl).max(1));
        self.redis.call(&Request::Write(set)).await
    }
}
