mod reading;
mod stale;

use basalt_domain::{
    UnsavedPost,
    ports::{MockPostCache, MockPostRepository},
};
use futures_util::{future::join_all, poll};
use mockall::{Sequence, predicate::eq};

use super::*;
use crate::test_support::{StandingClock, Telling, ToldLists, list_key, page_of, post, settle};

const STALE_FOR: Duration = Duration::from_mins(1);

fn failure() -> StoreError {
    StoreError::unavailable("gone")
}

fn text(page: &PostPage) -> &str {
    page.page.items[0].content.as_str()
}

/// Pages of `inner`, of the versions that `lists` tell.
fn cached(
    lists: &Arc<ToldLists>,
    inner: MockPostRepository,
    shared: Option<MockPostCache>,
) -> CachedPosts {
    let clock = StandingClock::new();
    CachedPosts::new(
        Arc::new(inner),
        LatestVersion::new(Arc::new(Telling(Arc::clone(lists)))),
        MokaPostCache::new(Duration::from_mins(10), 1 << 20, clock),
        shared.map(|shared| Arc::new(shared) as Arc<dyn PostCache>),
        STALE_FOR,
    )
}

/// A store that must be asked for pages so many times.
fn filling(lists: &Arc<ToldLists>, fills: usize) -> MockPostRepository {
    let mut inner = MockPostRepository::new();
    let lists = Arc::clone(lists);
    inner.expect_page().times(fills).returning(move |key| {
        let content = format!("{} of {}", key.page.number(), lists.version().0);
        Ok(page_of(vec![post(1, &content)], lists.version()))
    });
    inner.expect_insert().returning(|new| Ok(new.clone().by(post(1, "x").author)));
    inner.expect_delete().returning(|_, _| Err(failure()));
    inner
}

async fn served(posts: &CachedPosts, number: u64) -> String {
    let page = posts.page(&list_key(number)).await.unwrap();
    text(&page).to_owned()
}
