//! Caches that show what they should not.

mod proofs;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use basalt_contract::{ManualClock, TimedCache, advance_by};
use basalt_domain::{
    PageRequest, PostListKey, PostPage, Timestamp,
    ports::{CacheGeneration, ChangeMark, Clock, Lookup, PostCache, StoreError},
};

const TTL: Duration = Duration::from_mins(1);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// Keeps pages for ever.
    NoExpiry,
    /// Keeps pages for as long as they are asked for.
    SlidingExpiry,
    /// Forgets all pages at a bump, but takes late ones as if they were new.
    TakesLateFills,
    /// Takes late ones, and then shows them as they have another generation than is known.
    BumpDoesNothing,
    /// Forgets the pages that it knew last at a bump.
    BumpForgetsSome,
    /// Counts generations.
    Counts,
    /// Counts generations with two bits.
    CountsShort,
    /// Leaves the number of rows out of the key.
    KeyWithoutLimit,
    /// Leaves the search out of the key.
    KeyWithoutSearch,
    /// Keeps the page that was filled first.
    FirstFillStays,
    /// Keeps nothing.
    KeepsNothing,
    /// Does nothing at a bump that redeems a mark, since the announcement has ended all pages.
    EndsAtAnnouncements,
    /// Keeps nothing from the first announcement on.
    StaysOffAfterAnnouncement,
}

struct Kept {
    generation: CacheGeneration,
    page: Arc<PostPage>,
    expires_at: Timestamp,
}

struct Faulty {
    fault: Fault,
    clock: Arc<ManualClock>,
    generation: AtomicU64,
    is_off: AtomicBool,
    pages: Mutex<HashMap<PostListKey, Kept>>,
}

impl Faulty {
    fn generation(&self) -> CacheGeneration {
        CacheGeneration(self.generation.load(Ordering::SeqCst))
    }

    /// Well mixed numbers that never come again.
    fn begin_generation(&self) {
        const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
        let next = self.generation().0.rotate_left(29).wrapping_mul(SPREAD);
        self.generation.store(next, Ordering::SeqCst);
    }

    fn key(&self, key: &PostListKey) -> PostListKey {
        let mut key = key.clone();
        match self.fault {
            Fault::KeyWithoutLimit => {
                let number = u64::from(key.page.number());
                key.page = PageRequest::new(number, 1).expect("a page");
            }
            Fault::KeyWithoutSearch => key.filter.search = None,
            _ => {}
        }
        key
    }

    fn with_pages<T>(&self, work: impl FnOnce(&mut HashMap<PostListKey, Kept>) -> T) -> T {
        work(&mut self.pages.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl PostCache for Faulty {
    async fn look_up(&self, key: &PostListKey) -> Result<Lookup, StoreError> {
        let (generation, now) = (self.generation(), self.clock.now());
        let page = self.with_pages(|pages| {
            let kept = pages.get_mut(&self.key(key))?;
            let is_of_now = kept.generation == generation
                || matches!(self.fault, Fault::BumpDoesNothing | Fault::BumpForgetsSome);
            let has_expired = now >= kept.expires_at && self.fault != Fault::NoExpiry;
            if self.fault == Fault::SlidingExpiry {
                kept.expires_at = now.plus(TTL);
            }
            (is_of_now && !has_expired).then(|| Arc::clone(&kept.page))
        });
        Ok(Lookup { generation, page })
    }

    async fn fill(
        &self,
        key: &PostListKey,
        generation: CacheGeneration,
        page: Arc<PostPage>,
    ) -> Result<(), StoreError> {
        let generation = match self.fault {
            Fault::TakesLateFills => self.generation(),
            Fault::KeepsNothing => return Ok(()),
            _ if self.is_off.load(Ordering::SeqCst) => return Ok(()),
            Fault::BumpDoesNothing | Fault::CountsShort => generation,
            _ if generation != self.generation() => return Ok(()),
            _ => generation,
        };
        let expires_at = self.clock.now().plus(TTL);
        self.with_pages(|pages| {
            if self.fault == Fault::FirstFillStays && pages.contains_key(&self.key(key)) {
                return;
            }
            let kept = Kept {
                generation,
                page,
                expires_at,
            };
            pages.insert(self.key(key), kept);
        });
        Ok(())
    }

    async fn expect_change(&self) -> Result<ChangeMark, StoreError> {
        match self.fault {
            Fault::EndsAtAnnouncements => self.begin_generation(),
            Fault::StaysOffAfterAnnouncement => self.is_off.store(true, Ordering::SeqCst),
            _ => {}
        }
        Ok(ChangeMark(0))
    }

    async fn bump(&self, mark: Option<ChangeMark>) -> Result<(), StoreError> {
        match self.fault {
            Fault::EndsAtAnnouncements if mark.is_some() => {}
            Fault::Counts => {
                self.generation.fetch_add(1, Ordering::SeqCst);
            }
            Fault::CountsShort => {
                let next = (self.generation().0 + 1) % 4;
                self.generation.store(next, Ordering::SeqCst);
            }
            _ => self.begin_generation(),
        }
        if self.fault == Fault::BumpForgetsSome {
            self.with_pages(|pages| {
                let some: Vec<_> = pages.keys().take(50).cloned().collect();
                for key in some {
                    pages.remove(&key);
                }
            });
        }
        Ok(())
    }
}

fn with(fault: Fault) -> impl AsyncFn() -> TimedCache + Sync {
    async move || {
        let clock = Arc::new(ManualClock::default());
        let cache = Faulty {
            fault,
            clock: Arc::clone(&clock),
            generation: AtomicU64::new(match fault {
                Fault::Counts | Fault::CountsShort => 0,
                _ => 0x0123_4567_89ab_cdef,
            }),
            is_off: AtomicBool::new(false),
            pages: Mutex::default(),
        };
        TimedCache {
            cache: Arc::new(cache),
            ttl: TTL,
            advance: advance_by(move |step| clock.advance(step)),
        }
    }
}
