//! Caches that show what they should not.

pub(crate) mod proofs;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use basalt_contract::{ManualClock, TimedCache, advance_by};
use basalt_domain::{
    ListVersion, Page, PageRequest, PostListKey, PostPage, Timestamp, Total,
    ports::{Clock, PostCache, StoreError},
};

use crate::dawdle;

const TTL: Duration = Duration::from_mins(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// Keeps pages for ever.
    NoExpiry,
    /// Keeps pages for as long as they are asked for.
    SlidingExpiry,
    /// Leaves the number of rows out of the key.
    KeyWithoutLimit,
    /// Leaves the search out of the key.
    KeyWithoutSearch,
    /// Keeps the page that was put first.
    FirstPutStays,
    /// Keeps nothing.
    KeepsNothing,
    /// Gives whatever page is there.
    AnyVersion,
    /// Compares half of a version.
    HalfVersion,
    /// Makes the version a part of the key.
    KeepsEveryVersion,
    /// Takes a larger version for a newer one, and keeps that.
    KeepsTheLarger,
    /// Takes any page for one of the version that was put last.
    RelabelsLatePages,
    /// Forgets that a total was not exact.
    ForgetsExactness,
    /// Forgets of which version a page was.
    ForgetsVersion,
    /// Writes a page and then its version.
    TornPut,
    /// Gives a page that nobody has put.
    EmptyForNone,
}

struct Kept {
    version: ListVersion,
    page: Arc<PostPage>,
    expires_at: Timestamp,
}

struct Faulty {
    fault: Fault,
    clock: Arc<ManualClock>,
    pages: Mutex<HashMap<(PostListKey, Option<ListVersion>), Kept>>,
}

impl Faulty {
    fn key(&self, key: &PostListKey, version: ListVersion) -> (PostListKey, Option<ListVersion>) {
        let mut key = key.clone();
        match self.fault {
            Fault::KeyWithoutLimit => {
                let number = u64::from(key.page.number());
                key.page = PageRequest::new(number, 1).expect("a page");
            }
            Fault::KeyWithoutSearch => key.filter.search = None,
            _ => {}
        }
        let is_part = self.fault == Fault::KeepsEveryVersion;
        (key, is_part.then_some(version))
    }

    fn is_of(&self, kept: &Kept, ListVersion(wanted): ListVersion) -> bool {
        let ListVersion(version) = kept.version;
        match self.fault {
            Fault::AnyVersion => true,
            Fault::HalfVersion => version >> 64 == wanted >> 64,
            _ => version == wanted,
        }
    }

    /// The page as it comes out of the cache.
    fn shown(&self, page: &Arc<PostPage>) -> Arc<PostPage> {
        match self.fault {
            Fault::ForgetsExactness => {
                let rows = page.page.total.rows;
                let page_of = Page { total: Total::exact(rows), ..page.page.clone() };
                PostPage::fresh(page_of, page.version)
            }
            Fault::ForgetsVersion => PostPage::fresh(page.page.clone(), ListVersion(0)),
            _ => Arc::clone(page),
        }
    }

    fn with_pages<T>(
        &self,
        work: impl FnOnce(&mut HashMap<(PostListKey, Option<ListVersion>), Kept>) -> T,
    ) -> T {
        work(&mut self.pages.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl PostCache for Faulty {
    async fn get(
        &self,
        key: &PostListKey,
        version: ListVersion,
    ) -> Result<Option<Arc<PostPage>>, StoreError> {
        let now = self.clock.now();
        let page = self.with_pages(|pages| {
            let kept = pages.get_mut(&self.key(key, version))?;
            let has_expired = now >= kept.expires_at && self.fault != Fault::NoExpiry;
            if self.fault == Fault::SlidingExpiry {
                kept.expires_at = now.plus(TTL);
            }
            let is_good = self.is_of(kept, version) && !has_expired;
            is_good.then(|| self.shown(&kept.page))
        });
        if self.fault == Fault::EmptyForNone && page.is_none() {
            return Ok(Some(PostPage::empty()));
        }
        Ok(page)
    }

    async fn put(&self, key: &PostListKey, page: Arc<PostPage>) -> Result<(), StoreError> {
        if self.fault == Fault::KeepsNothing {
            return Ok(());
        }
        let place = self.key(key, page.version);
        let expires_at = self.clock.now().plus(TTL);
        let version = page.version;
        self.with_pages(|pages| {
            let before = pages.get(&place).map(|before| before.version);
            let version = match (self.fault, before) {
                (Fault::FirstPutStays, Some(_)) => return,
                (Fault::KeepsTheLarger, Some(before)) if before.0 > version.0 => return,
                (Fault::RelabelsLatePages, Some(before)) if before.0 > version.0 => before,
                (Fault::TornPut, Some(before)) => before,
                _ => version,
            };
            let kept = Kept { version, page, expires_at };
            pages.insert(place.clone(), kept);
        });
        if self.fault == Fault::TornPut {
            dawdle().await;
            self.with_pages(|pages| {
                if let Some(kept) = pages.get_mut(&place) {
                    kept.version = version;
                }
            });
        }
        Ok(())
    }
}

pub(crate) fn with(fault: Fault) -> impl AsyncFn() -> TimedCache + Sync {
    async move || {
        let clock = Arc::new(ManualClock::default());
        let cache = Faulty { fault, clock: Arc::clone(&clock), pages: Mutex::default() };
        TimedCache {
            cache: Arc::new(cache),
            ttl: TTL,
            advance: advance_by(move |step| clock.advance(step)),
        }
    }
}
