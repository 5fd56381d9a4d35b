//! What [`AuthStates`] promise.

mod ending;
mod freshness;
mod keeping;
mod notes;
mod reading;

use std::sync::Arc;

use basalt_domain::ports::AuthStates;

use crate::{Advance, Store};

crate::suite::promises! {
    /// One test for each promise of `AuthStates`. Takes an async function or closure that gives a
    /// fresh [`Store`](crate::Store).
    auth_states_tests, auth_states(Store);
    reading {
        a_state_has_the_users_role_activity_and_generation,
        the_state_of_nobody_is_none_and_no_error,
    }
    notes {
        a_revoked_token_is_revoked_and_no_other,
        revoking_a_token_twice_is_no_error,
        revoking_a_token_of_nobody_is_no_error,
        revoking_a_token_makes_no_new_version,
        notes_of_expired_tokens_are_removed_at_most_as_many_as_asked,
        notes_of_tokens_that_have_not_expired_stay,
    }
    ending {
        ending_all_tokens_raises_the_generation_and_returns_it,
        twenty_ends_at_once_return_twenty_generations,
        twenty_units_that_end_all_return_twenty_generations,
        ending_all_tokens_makes_no_new_version,
        ending_all_tokens_of_nobody_is_none_and_no_error,
        ending_all_tokens_of_one_user_ends_nobody_elses,
    }
    freshness {
        a_state_shows_every_revocation_before_it,
        a_state_shows_every_end_of_all_tokens_before_it,
        a_state_shows_every_unit_that_committed_before_it,
        a_state_does_not_show_what_a_unit_has_not_committed,
        a_state_read_beside_an_open_unit_does_not_outlive_its_commit,
    }
}

/// `AuthStates` that may keep what they read, and a second way to the same store by which another
/// process would write.
pub struct KeptAuthStates {
    /// The states under test.
    pub kept: Arc<dyn AuthStates>,
    /// The same store, not through what keeps states.
    pub elsewhere: Store,
    /// Moves the time that the states under test go by.
    pub advance: Advance,
}

/// The promises to writers in other processes.
pub mod elsewhere {
    use super::{KeptAuthStates, keeping};

    crate::suite::promises! {
        /// One test for each promise of `AuthStates` about writes of other processes. Takes an
        /// async function or closure that gives fresh
        /// [`KeptAuthStates`](crate::KeptAuthStates).
        kept_auth_states_tests, kept_auth_states(KeptAuthStates);
        keeping {
            a_demotion_elsewhere_is_seen_within_a_second,
            a_deactivation_elsewhere_is_seen_within_a_second,
            a_deletion_elsewhere_is_seen_within_a_second,
            an_end_of_all_tokens_elsewhere_is_seen_within_a_second,
            a_revocation_elsewhere_is_seen_within_a_second,
            a_user_added_elsewhere_is_seen_within_a_second,
            a_state_that_is_asked_for_all_the_time_is_not_kept_longer,
        }
    }
}
