//! Pages of published posts, read once for everyone.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use basalt_domain::{
    Post, PostFilter, PostId, PostListKey, PostPage, PostSortField, PostVisibility, Slice, Sort,
    Version, WalkRequest,
    ports::{
        CacheGeneration, InsertPostError, Outcome, PostCache, PostRepository, StoreError, chain,
    },
};

use metrics::Counter;

use super::{
    aftermath::{Aftermath, write_then},
    flights::{Flights, Read},
};

/// A [`PostRepository`] that keeps the pages of published posts in a [`PostCache`].
///
/// Drafts, walks and single posts are read each time. A cache that fails costs latency and a line
/// in the log, never an answer.
pub struct CachedPosts {
    inner: Arc<dyn PostRepository>,
    cache: Arc<Watched>,
    flights: Flights,
}

impl CachedPosts {
    /// Keeps pages of `inner` in `cache`.
    pub fn new(inner: impl PostRepository + 'static, cache: Arc<dyn PostCache>) -> Self {
        Self {
            inner: Arc::new(inner),
            cache: Arc::new(Watched {
                cache,
                is_failing: AtomicBool::new(false),
            }),
            flights: Flights::default(),
        }
    }

    /// Reads the page, together with all who want it now, and keeps it.
    async fn read(&self, key: &PostListKey, generation: CacheGeneration) -> Read {
        let inner = Arc::clone(&self.inner);
        let cache = Arc::clone(&self.cache);
        let (wanted, kept) = (key.clone(), key.clone());
        let read = async move { inner.page(&wanted).await };
        let keep = async move |page| {
            let filled = cache.cache.fill(&kept, generation, page).await;
            cache.note(filled);
        };
        self.flights
            .join((generation, key.clone()), read, keep)
            .await
    }

    fn aftermath(&self) -> Aftermath {
        Aftermath::of_lists(Arc::clone(&self.cache.cache))
    }
}

#[async_trait]
impl PostRepository for CachedPosts {
    async fn page(&self, key: &PostListKey) -> Result<Arc<PostPage>, StoreError> {
        if key.filter.visibility != PostVisibility::Published {
            return self.inner.page(key).await;
        }
        let looked_up = self.cache.cache.look_up(key).await;
        match self.cache.note(looked_up) {
            Some(known) => match known.page {
                Some(page) => {
                    count(Found::Hit);
                    Ok(page)
                }
                None => {
                    count(Found::Miss);
                    self.read(key, known.generation).await
                }
            },
            // Without a generation nobody can tell which reads may be shared.
            None => {
                count(Found::Bypass);
                self.inner.page(key).await
            }
        }
    }

    async fn find(&self, id: PostId) -> Result<Option<Post>, StoreError> {
        self.inner.find(id).await
    }

    async fn walk(
        &self,
        filter: &PostFilter,
        sort: Sort<PostSortField>,
        walk: &WalkRequest,
    ) -> Result<Slice<Post>, StoreError> {
        self.inner.walk(filter, sort, walk).await
    }

    async fn insert(&self, post: &Post) -> Result<(), InsertPostError> {
        let (inner, post) = (Arc::clone(&self.inner), post.clone());
        write_then(async move { inner.insert(&post).await }, self.aftermath()).await
    }

    async fn update(&self, post: &Post, expected: Version) -> Result<Outcome, StoreError> {
        let (inner, post) = (Arc::clone(&self.inner), post.clone());
        let write = async move { inner.update(&post, expected).await };
        write_then(write, self.aftermath()).await
    }

    async fn delete(&self, id: PostId, expected: Version) -> Result<Outcome, StoreError> {
        let inner = Arc::clone(&self.inner);
        let write = async move { inner.delete(id, expected).await };
        write_then(write, self.aftermath()).await
    }
}

/// What became of a look-up.
#[derive(Clone, Copy)]
enum Found {
    Hit,
    Miss,
    Bypass,
}

/// Finding a counter by its labels costs more than counting, so each is looked up once.
fn count(found: Found) {
    static COUNTERS: [OnceLock<Counter>; 3] = [const { OnceLock::new() }; 3];
    let (counter, result) = match found {
        Found::Hit => (&COUNTERS[0], "hit"),
        Found::Miss => (&COUNTERS[1], "miss"),
        Found::Bypass => (&COUNTERS[2], "bypass"),
    };
    counter
        .get_or_init(|| metrics::counter!("basalt_post_cache_lookups_total", "result" => result))
        .increment(1);
}

/// A cache whose failures are swallowed. The log has one line when they begin and one when they
/// are over, not one for each request between.
struct Watched {
    cache: Arc<dyn PostCache>,
    is_failing: AtomicBool,
}

impl Watched {
    fn note<T>(&self, answer: Result<T, StoreError>) -> Option<T> {
        match answer {
            Ok(answer) => {
                // Written to on a change only: this is the path of every request.
                if self.is_failing.load(Ordering::Relaxed)
                    && self.is_failing.swap(false, Ordering::Relaxed)
                {
                    tracing::info!("the cache of posts answers again");
                }
                Some(answer)
            }
            Err(error) => {
                if !self.is_failing.swap(true, Ordering::Relaxed) {
                    tracing::warn!(
                        error = chain(&error),
                        "the cache of posts fails; reading from the store"
                    );
                }
                None
            }
        }
    }
}

#[cfg(test)]
mod tests;
