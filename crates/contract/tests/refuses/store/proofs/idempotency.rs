//! Which promises of `IdempotencyRecords` refuse which fault.

use crate::{
    proof::{Proof, at_least, exactly},
    store::Fault,
};

pub(crate) const PROOFS: &[Proof<Fault>] = &[
    exactly(Fault::None, &[]),
    exactly(Fault::RemovesAll, &["expired_records_are_removed_at_most_as_many_as_asked"]),
    at_least(Fault::FoldsKeys, &["a_key_is_compared_with_its_case_and_to_its_last_character"]),
    exactly(
        Fault::FindThenClaim,
        &[
            "of_twenty_claims_of_a_users_key_exactly_one_is_made",
            "of_twenty_claims_of_an_anonymous_key_exactly_one_is_made",
            "of_twenty_claims_of_an_expired_key_exactly_one_is_made",
        ],
    ),
    exactly(
        Fault::NullsDiffer,
        &[
            "a_second_claim_finds_the_first_and_changes_nothing",
            "an_expired_record_is_replaced",
            "of_twenty_claims_of_an_anonymous_key_exactly_one_is_made",
            "of_twenty_claims_of_an_expired_key_exactly_one_is_made",
            "of_twenty_units_with_one_key_exactly_one_commits",
        ],
    ),
    exactly(
        Fault::ExpiredHolds,
        &[
            "an_expired_record_is_replaced",
            "of_twenty_claims_of_an_expired_key_exactly_one_is_made",
        ],
    ),
    exactly(
        Fault::OwnerFirst,
        &[
            "a_record_whose_owner_never_comes_is_refused_with_its_unit",
            "of_twenty_units_with_one_key_exactly_one_commits",
            "the_owner_may_be_added_later_in_the_same_unit",
        ],
    ),
    at_least(Fault::NoneIsError, &["an_unknown_key_is_none_and_no_error"]),
    exactly(
        Fault::TextAnswers,
        &[
            "a_claim_is_not_seen_before_its_unit_commits",
            "a_record_is_read_as_it_was_written",
            "a_second_claim_finds_the_first_and_changes_nothing",
            "an_expired_record_is_not_found",
            "records_that_have_not_expired_stay",
            "the_owner_may_be_added_later_in_the_same_unit",
        ],
    ),
    exactly(
        Fault::KeysOfAll,
        &[
            "a_key_belongs_to_its_caller_and_operation",
            "a_record_is_read_as_it_was_written",
            "of_twenty_claims_of_a_users_key_exactly_one_is_made",
        ],
    ),
    at_least(
        Fault::NoTransaction,
        &[
            "a_claim_is_not_seen_before_its_unit_commits",
            "a_claim_that_was_rolled_back_leaves_the_key_free",
        ],
    ),
    exactly(Fault::FindsExpired, &["an_expired_record_is_not_found"]),
    exactly(
        Fault::RemovesEarly,
        &[
            "expired_records_are_removed_at_most_as_many_as_asked",
            "records_that_have_not_expired_stay",
        ],
    ),
    exactly(
        Fault::AnyOwner,
        &[
            "a_record_whose_owner_never_comes_is_refused_with_its_unit",
            "of_twenty_units_with_one_key_exactly_one_commits",
        ],
    ),
];
