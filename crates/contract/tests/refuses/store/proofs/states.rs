//! Tokens and keys that are counted carelessly.

use basalt_contract::{auth_states, idempotency, kept_auth_states};

use crate::store::kept::{Keeping, kept, kept_beside_own_writes};
use crate::store::{Fault, with};
use crate::{assert_refused, assert_refused_by};

#[test]
fn a_generation_that_is_read_and_then_written_is_refused() {
    assert_refused(
        auth_states::PROMISES,
        with(Fault::ReadThenRaise),
        &["twenty_ends_at_once_return_twenty_generations"],
    );
}

#[test]
fn a_generation_that_starts_again_is_refused() {
    assert_refused(
        auth_states::PROMISES,
        with(Fault::ModuloGeneration),
        &[
            "ending_all_tokens_raises_the_generation_and_returns_it",
            "twenty_ends_at_once_return_twenty_generations",
            "twenty_units_that_end_all_return_twenty_generations",
        ],
    );
}

#[test]
fn an_error_for_a_second_logout_is_refused() {
    assert_refused(
        auth_states::PROMISES,
        with(Fault::RevokedOnce),
        &["revoking_a_token_twice_is_no_error"],
    );
}

#[test]
fn states_that_are_kept_beside_their_own_writes_are_refused() {
    assert_refused(
        auth_states::PROMISES,
        kept_beside_own_writes,
        &[
            "a_revoked_token_is_revoked_and_no_other",
            "a_state_read_beside_an_open_unit_does_not_outlive_its_commit",
            "a_state_shows_every_end_of_all_tokens_before_it",
            "a_state_shows_every_revocation_before_it",
            "a_state_shows_every_unit_that_committed_before_it",
        ],
    );
}

#[test]
fn states_that_are_kept_too_long_are_refused() {
    let all: Vec<_> = kept_auth_states::PROMISES.iter().map(|promise| promise.sentence).collect();
    assert_refused(kept_auth_states::PROMISES, kept(Keeping::Rightly), &[]);
    assert_refused(kept_auth_states::PROMISES, kept(Keeping::ForEver), &all);
    assert_refused(kept_auth_states::PROMISES, kept(Keeping::TooLong), &all);
    assert_refused(
        kept_auth_states::PROMISES,
        kept(Keeping::Sliding),
        &["a_state_that_is_asked_for_all_the_time_is_not_kept_longer"],
    );
    assert_refused(
        kept_auth_states::PROMISES,
        kept(Keeping::NobodyForEver),
        &["a_user_added_elsewhere_is_seen_within_a_second"],
    );
}

#[test]
fn removing_more_than_was_asked_is_refused() {
    assert_refused(
        auth_states::PROMISES,
        with(Fault::RemovesAll),
        &["notes_of_expired_tokens_are_removed_at_most_as_many_as_asked"],
    );
    assert_refused(
        idempotency::PROMISES,
        with(Fault::RemovesAll),
        &["expired_records_are_removed_at_most_as_many_as_asked"],
    );
}

#[test]
fn keys_without_case_are_refused() {
    assert_refused_by(
        idempotency::PROMISES,
        with(Fault::FoldsKeys),
        &["a_key_is_compared_with_its_case_and_to_its_last_character"],
    );
}

#[test]
fn looking_before_a_claim_is_refused() {
    assert_refused(
        idempotency::PROMISES,
        with(Fault::FindThenClaim),
        &[
            "of_twenty_claims_of_a_users_key_exactly_one_is_made",
            "of_twenty_claims_of_an_anonymous_key_exactly_one_is_made",
            "of_twenty_claims_of_an_expired_key_exactly_one_is_made",
        ],
    );
}

#[test]
fn a_unique_index_in_which_nulls_differ_is_refused() {
    assert_refused(
        idempotency::PROMISES,
        with(Fault::NullsDiffer),
        &[
            "a_second_claim_finds_the_first_and_changes_nothing",
            "an_expired_record_is_replaced",
            "of_twenty_claims_of_an_anonymous_key_exactly_one_is_made",
            "of_twenty_claims_of_an_expired_key_exactly_one_is_made",
            "of_twenty_units_with_one_key_exactly_one_commits",
        ],
    );
}

#[test]
fn an_expired_record_that_holds_its_key_is_refused() {
    assert_refused(
        idempotency::PROMISES,
        with(Fault::ExpiredHolds),
        &[
            "an_expired_record_is_replaced",
            "of_twenty_claims_of_an_expired_key_exactly_one_is_made",
        ],
    );
}

#[test]
fn an_owner_that_has_to_be_there_first_is_refused() {
    assert_refused(
        idempotency::PROMISES,
        with(Fault::OwnerFirst),
        &[
            "of_twenty_units_with_one_key_exactly_one_commits",
            "the_owner_may_be_added_later_in_the_same_unit",
        ],
    );
}
