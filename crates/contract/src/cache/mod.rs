//! What a [`PostCache`] promises.

mod changes;
mod generations;
mod keeping;

use std::{sync::Arc, time::Duration};

use basalt_domain::{
    Direction, Page, PageRequest, PostFilter, PostListKey, PostPage, PostSortField, Sort,
    ports::{CacheGeneration, ChangeMark, Lookup, PostCache},
};

use crate::{
    Advance,
    samples::{post, user},
};

/// A fresh, empty cache, and its time.
pub struct TimedCache {
    /// The cache under test, with room for a few hundred small pages.
    pub cache: Arc<dyn PostCache>,
    /// How long it keeps a page: at least ten seconds.
    pub ttl: Duration,
    /// Moves the time that the cache goes by.
    pub advance: Advance,
}

crate::suite::promises! {
    /// One test for each promise of a `PostCache`. Takes an async function or closure that gives
    /// a fresh [`TimedCache`](crate::TimedCache).
    post_cache_tests, cache(TimedCache);
    keeping {
        a_page_that_was_never_filled_is_none,
        a_page_that_was_filled_is_found_as_it_was,
        a_page_is_found_until_it_expires_and_not_after,
        looking_a_page_up_does_not_make_it_last_longer,
        a_page_that_is_filled_again_is_the_newer_one,
        an_expired_page_can_be_filled_again,
        pages_with_different_keys_are_different_pages,
    }
    generations {
        a_bump_begins_another_generation,
        a_bump_hides_every_page,
        a_fill_under_an_earlier_generation_is_never_seen,
        a_late_fill_does_not_take_the_place_of_a_present_page,
        a_fill_that_races_with_a_bump_is_never_seen,
        a_fill_under_a_generation_that_never_was_is_not_seen,
        generations_are_random_and_no_count,
        a_look_up_tells_the_generation_in_force,
    }
    changes {
        a_page_from_before_an_announcement_is_gone_after_the_change,
        a_page_that_is_filled_while_a_change_is_expected_is_gone_after_it,
        a_page_that_is_looked_up_while_a_change_is_expected_and_filled_after_it_is_never_seen,
        changes_that_are_expected_at_once_each_hide_what_was_filled_before_they_end,
        a_change_that_was_not_announced_hides_every_page_too,
        after_a_change_pages_are_kept_again,
        a_mark_can_be_redeemed_twice,
    }
}

pub(super) fn key(number: u64) -> PostListKey {
    PostListKey {
        filter: PostFilter::default(),
        sort: Sort {
            by: PostSortField::CreatedAt,
            direction: Direction::Descending,
        },
        page: PageRequest::new(number, 10).expect("a page that is not too deep"),
    }
}

/// A page with one post of this title.
pub(super) fn page(title: &str) -> Arc<PostPage> {
    let author = user("ann");
    PostPage::fresh(Page {
        items: vec![post(&author, title)],
        total: 1,
    })
}

impl TimedCache {
    pub(super) async fn look_up(&self, key: &PostListKey) -> Lookup {
        self.cache.look_up(key).await.expect("a page is looked up")
    }

    /// The title of the page's post, if the page is there.
    pub(super) async fn title(&self, key: &PostListKey) -> Option<String> {
        let found = self.look_up(key).await.page?;
        Some(found.page.items[0].title.as_str().to_owned())
    }

    pub(super) async fn fill_under(
        &self,
        generation: CacheGeneration,
        key: &PostListKey,
        title: &str,
    ) {
        let filled = self.cache.fill(key, generation, page(title)).await;
        filled.expect("a page is filled");
    }

    /// Looks up and fills, as a reader does.
    pub(super) async fn fill(&self, key: &PostListKey, title: &str) {
        let generation = self.look_up(key).await.generation;
        self.fill_under(generation, key, title).await;
    }

    pub(super) async fn bump(&self) {
        self.cache.bump(None).await.expect("a generation begins");
    }

    pub(super) async fn expect_change(&self) -> ChangeMark {
        let announced = self.cache.expect_change().await;
        announced.expect("a change is announced")
    }

    pub(super) async fn redeem(&self, mark: ChangeMark) {
        let bumped = self.cache.bump(Some(mark)).await;
        bumped.expect("a generation begins");
    }

    pub(super) async fn wait(&self, duration: Duration) {
        (self.advance)(duration).await;
    }
}
