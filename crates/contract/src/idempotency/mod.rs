//! What [`IdempotencyRecords`](basalt_domain::ports::IdempotencyRecords) promise.

mod claiming;
mod expiry;
mod reading;

use crate::Store;

crate::suite::promises! {
    /// One test for each promise of `IdempotencyRecords`. Takes an async function or closure that
    /// gives a fresh [`Store`](crate::Store).
    idempotency_records_tests, idempotency(Store);
    reading {
        a_record_is_read_as_it_was_written,
        an_unknown_key_is_none_and_no_error,
        a_key_belongs_to_its_caller_and_operation,
        a_key_is_compared_with_its_case_and_to_its_last_character,
    }
    claiming {
        of_twenty_claims_of_an_anonymous_key_exactly_one_is_made,
        of_twenty_claims_of_a_users_key_exactly_one_is_made,
        of_twenty_units_with_one_key_exactly_one_commits,
        a_second_claim_finds_the_first_and_changes_nothing,
        a_claim_that_was_rolled_back_leaves_the_key_free,
        the_owner_may_be_added_later_in_the_same_unit,
        a_record_whose_owner_never_comes_is_refused_with_its_unit,
        a_claim_is_not_seen_before_its_unit_commits,
    }
    expiry {
        an_expired_record_is_not_found,
        an_expired_record_is_replaced,
        of_twenty_claims_of_an_expired_key_exactly_one_is_made,
        expired_records_are_removed_at_most_as_many_as_asked,
        records_that_have_not_expired_stay,
    }
}
