//! The way from process to process through the database, for one that alone can't reach Redis: it
//! leaves pages in Redis that its peers would show for as long as they live.

use std::time::Duration;

use basalt_adapters::{
    redis::Redis,
    sea::{Commits, SeaStore},
};
use basalt_domain::ports::StoreError;
use tokio::time::sleep;

use super::deferred::DeferredStore;

/// Between two tries to listen.
const PAUSE: Duration = Duration::from_millis(500);

/// Has commits told through the database while `redis` can't be told of them, and ends pages for
/// those who tell. Ends where there is nobody else on the database.
pub(super) async fn take(redis: Redis, store: DeferredStore) {
    loop {
        match begin(&redis, store.get()).await {
            Ok(Some(mut commits)) => {
                // Nobody knows what was missed.
                redis.end_pages().await;
                while commits.next().await {
                    redis.end_pages().await;
                }
            }
            Ok(None) => return,
            Err(error) => tracing::debug!(%error, "no peer can be heard through the database"),
        }
        sleep(PAUSE).await;
    }
}

async fn begin(
    redis: &Redis,
    store: Result<&SeaStore, StoreError>,
) -> Result<Option<Commits>, StoreError> {
    let store = store?;
    let redis = redis.clone();
    store.tell_of_commits_while(move || redis.fails_to_tell());
    store.commits().await
}
