mod reading;
mod writing;

use std::time::Duration;

use basalt_domain::ports::{ChangeMark, MockPostCache, MockPostRepository};
use futures_util::poll;
use mockall::{Sequence, predicate::eq};

use super::*;
use crate::{
    memory::MokaPostCache,
    test_support::{StandingClock, list_key, page_of, post},
};

fn moka() -> Arc<MokaPostCache> {
    let ttl = Duration::from_mins(10);
    Arc::new(MokaPostCache::new(ttl, 1 << 20, StandingClock::new()))
}

fn failure() -> StoreError {
    StoreError::unavailable("gone")
}

fn page(content: &str) -> Arc<PostPage> {
    page_of(vec![post(1, content)])
}

/// Lets the tasks that were spawned run until nothing is left to do.
async fn settle() {
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}
