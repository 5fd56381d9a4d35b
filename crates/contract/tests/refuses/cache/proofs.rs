use basalt_contract::cache::PROMISES;

use super::*;
use crate::{assert_refused, assert_refused_by};

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
            "an_expired_page_can_be_put_again",
            "looking_for_a_page_does_not_make_it_last_longer",
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
            "looking_for_a_page_does_not_make_it_last_longer",
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
        with(Fault::FirstPutStays),
        &[
            "a_key_holds_the_page_that_was_put_last",
            "a_late_page_of_an_older_version_is_never_taken_for_the_newer_one",
            "an_expired_page_can_be_put_again",
        ],
    );
}

#[test]
fn a_cache_that_keeps_nothing_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::KeepsNothing),
        &[
            "a_key_holds_the_page_that_was_put_last",
            "a_late_page_of_an_older_version_is_never_taken_for_the_newer_one",
            "a_page_comes_back_as_it_was_put",
            "a_page_is_found_under_its_own_version_only",
            "a_page_is_found_until_it_expires_and_not_after",
            "an_expired_page_can_be_put_again",
            "pages_that_are_put_at_once_are_never_found_under_each_others_versions",
            "pages_with_different_keys_are_different_pages",
        ],
    );
}

#[test]
fn a_page_of_another_version_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::AnyVersion),
        &[
            "a_key_holds_the_page_that_was_put_last",
            "a_late_page_of_an_older_version_is_never_taken_for_the_newer_one",
            "a_page_is_found_under_its_own_version_only",
            "pages_that_are_put_at_once_are_never_found_under_each_others_versions",
        ],
    );
    assert_refused(
        PROMISES,
        with(Fault::HalfVersion),
        &["a_page_is_found_under_its_own_version_only"],
    );
}

#[test]
fn a_page_for_each_version_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::KeepsEveryVersion),
        &[
            "a_key_holds_the_page_that_was_put_last",
            "a_late_page_of_an_older_version_is_never_taken_for_the_newer_one",
            "pages_that_are_put_at_once_are_never_found_under_each_others_versions",
        ],
    );
}

#[test]
fn taking_versions_for_a_count_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::KeepsTheLarger),
        &["a_late_page_of_an_older_version_is_never_taken_for_the_newer_one"],
    );
}

#[test]
fn a_late_page_under_the_newer_version_is_refused() {
    assert_refused_by(
        PROMISES,
        with(Fault::RelabelsLatePages),
        &["a_late_page_of_an_older_version_is_never_taken_for_the_newer_one"],
    );
}

#[test]
fn a_page_that_comes_back_otherwise_is_refused() {
    assert_refused(PROMISES, with(Fault::ForgetsExactness), &["a_page_comes_back_as_it_was_put"]);
    assert_refused_by(PROMISES, with(Fault::ForgetsVersion), &["a_page_comes_back_as_it_was_put"]);
}

#[test]
fn a_page_that_is_written_before_its_version_is_refused() {
    assert_refused_by(
        PROMISES,
        with(Fault::TornPut),
        &["pages_that_are_put_at_once_are_never_found_under_each_others_versions"],
    );
}

#[test]
fn an_empty_page_for_none_is_refused() {
    assert_refused_by(PROMISES, with(Fault::EmptyForNone), &["a_page_that_was_never_put_is_none"]);
}
