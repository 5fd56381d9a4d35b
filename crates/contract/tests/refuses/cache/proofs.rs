use basalt_contract::cache::PROMISES;

use super::*;
use crate::assert_refused;

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
