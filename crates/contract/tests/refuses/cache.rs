//! Caches that show what they should not.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use basalt_contract::{ManualClock, TimedCache, advance_by, cache::PROMISES};
use basalt_domain::{
    PageRequest, PostListKey, PostPage, Timestamp,
    ports::{CacheGeneration, ChangeMark, Clock, Lookup, PostCache, StoreError},
};

use crate::assert_refused;

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

#[test]
fn a_cache_without_fault_is_refused_by_nothing() {
    assert_refused(PROMISES, with(Fault::None), &[]);
}

#[test]
fn pages_that_never_expire_are_refused() {
    assert_refused(
        PROMISES,
        with(Fault::NoExpiry),
        &[
            "a_page_is_found_until_it_expires_and_not_after",
            "an_expired_page_can_be_filled_again",
            "looking_a_page_up_does_not_make_it_last_longer",
        ],
    );
}

#[test]
fn pages_that_last_for_as_long_as_they_are_asked_for_are_refused() {
    assert_refused(
        PROMISES,
        with(Fault::SlidingExpiry),
        &[
            "a_page_is_found_until_it_expires_and_not_after",
            "looking_a_page_up_does_not_make_it_last_longer",
        ],
    );
}

#[test]
fn a_bump_that_misses_a_late_fill_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::TakesLateFills),
        &[
            "a_fill_that_races_with_a_bump_is_never_seen",
            "a_fill_under_a_generation_that_never_was_is_not_seen",
            "a_fill_under_an_earlier_generation_is_never_seen",
            "a_late_fill_does_not_take_the_place_of_a_present_page",
            "a_page_that_is_looked_up_while_a_change_is_expected_and_filled_after_it_is_never_seen",
        ],
    );
}

#[test]
fn a_bump_that_hides_nothing_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::BumpDoesNothing),
        &[
            "a_bump_hides_every_page",
            "a_change_that_was_not_announced_hides_every_page_too",
            "a_fill_that_races_with_a_bump_is_never_seen",
            "a_fill_under_a_generation_that_never_was_is_not_seen",
            "a_fill_under_an_earlier_generation_is_never_seen",
            "a_late_fill_does_not_take_the_place_of_a_present_page",
            "a_mark_can_be_redeemed_twice",
            "a_page_from_before_an_announcement_is_gone_after_the_change",
            "a_page_that_is_filled_while_a_change_is_expected_is_gone_after_it",
            "a_page_that_is_looked_up_while_a_change_is_expected_and_filled_after_it_is_never_seen",
            "changes_that_are_expected_at_once_each_hide_what_was_filled_before_they_end",
        ],
    );
}

#[test]
fn a_bump_that_hides_some_pages_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::BumpForgetsSome),
        &["a_bump_hides_every_page"],
    );
}

#[test]
fn counted_generations_are_refused() {
    assert_refused(
        PROMISES,
        with(Fault::Counts),
        &["generations_are_random_and_no_count"],
    );
    assert_refused(
        PROMISES,
        with(Fault::CountsShort),
        &[
            "a_bump_begins_another_generation",
            "a_fill_under_an_earlier_generation_is_never_seen",
            "generations_are_random_and_no_count",
        ],
    );
}

#[test]
fn a_key_that_leaves_something_out_is_refused() {
    let expected = &["pages_with_different_keys_are_different_pages"];
    assert_refused(PROMISES, with(Fault::KeyWithoutLimit), expected);
    assert_refused(PROMISES, with(Fault::KeyWithoutSearch), expected);
}

#[test]
fn a_first_page_that_stays_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::FirstFillStays),
        &[
            "a_mark_can_be_redeemed_twice",
            "a_page_that_is_filled_again_is_the_newer_one",
            "after_a_change_pages_are_kept_again",
            "an_expired_page_can_be_filled_again",
        ],
    );
}

#[test]
fn a_cache_that_keeps_nothing_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::KeepsNothing),
        &[
            "a_mark_can_be_redeemed_twice",
            "a_page_is_found_until_it_expires_and_not_after",
            "a_page_that_is_filled_again_is_the_newer_one",
            "a_page_that_was_filled_is_found_as_it_was",
            "after_a_change_pages_are_kept_again",
            "an_expired_page_can_be_filled_again",
            "pages_with_different_keys_are_different_pages",
        ],
    );
}

#[test]
fn a_bump_that_does_nothing_after_an_announcement_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::EndsAtAnnouncements),
        &[
            "a_mark_can_be_redeemed_twice",
            "a_page_that_is_filled_while_a_change_is_expected_is_gone_after_it",
            "a_page_that_is_looked_up_while_a_change_is_expected_and_filled_after_it_is_never_seen",
            "changes_that_are_expected_at_once_each_hide_what_was_filled_before_they_end",
        ],
    );
}

#[test]
fn a_cache_that_stays_off_after_an_announcement_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::StaysOffAfterAnnouncement),
        &[
            "a_mark_can_be_redeemed_twice",
            "after_a_change_pages_are_kept_again",
        ],
    );
}
