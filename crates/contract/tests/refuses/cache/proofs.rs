//! Which promises refuse which fault.

use super::Fault;
use crate::proof::{Proof, at_least, exactly};

pub(crate) const PROOFS: &[Proof<Fault>] = &[
    exactly(Fault::None, &[]),
    exactly(
        Fault::NoExpiry,
        &[
            "a_page_is_found_until_it_expires_and_not_after",
            "an_expired_page_can_be_put_again",
            "looking_for_a_page_does_not_make_it_last_longer",
        ],
    ),
    exactly(
        Fault::SlidingExpiry,
        &[
            "a_page_is_found_until_it_expires_and_not_after",
            "looking_for_a_page_does_not_make_it_last_longer",
        ],
    ),
    exactly(Fault::KeyWithoutLimit, &["pages_with_different_keys_are_different_pages"]),
    exactly(Fault::KeyWithoutSearch, &["pages_with_different_keys_are_different_pages"]),
    exactly(
        Fault::FirstPutStays,
        &[
            "a_key_holds_the_page_that_was_put_last",
            "a_late_page_of_an_older_version_is_never_taken_for_the_newer_one",
            "an_expired_page_can_be_put_again",
        ],
    ),
    exactly(
        Fault::KeepsNothing,
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
    ),
    exactly(
        Fault::AnyVersion,
        &[
            "a_key_holds_the_page_that_was_put_last",
            "a_late_page_of_an_older_version_is_never_taken_for_the_newer_one",
            "a_page_is_found_under_its_own_version_only",
            "pages_that_are_put_at_once_are_never_found_under_each_others_versions",
        ],
    ),
    exactly(Fault::HalfVersion, &["a_page_is_found_under_its_own_version_only"]),
    exactly(
        Fault::KeepsEveryVersion,
        &[
            "a_key_holds_the_page_that_was_put_last",
            "a_late_page_of_an_older_version_is_never_taken_for_the_newer_one",
            "pages_that_are_put_at_once_are_never_found_under_each_others_versions",
        ],
    ),
    exactly(
        Fault::KeepsTheLarger,
        &["a_late_page_of_an_older_version_is_never_taken_for_the_newer_one"],
    ),
    at_least(
        Fault::RelabelsLatePages,
        &["a_late_page_of_an_older_version_is_never_taken_for_the_newer_one"],
    ),
    exactly(Fault::ForgetsExactness, &["a_page_comes_back_as_it_was_put"]),
    at_least(Fault::ForgetsVersion, &["a_page_comes_back_as_it_was_put"]),
    at_least(
        Fault::TornPut,
        &["pages_that_are_put_at_once_are_never_found_under_each_others_versions"],
    ),
    at_least(Fault::EmptyForNone, &["a_page_that_was_never_put_is_none"]),
];
