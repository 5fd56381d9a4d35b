//! Which promises of `AuthStates` refuse which fault.

use crate::{
    proof::{Proof, at_least, exactly},
    store::{Fault, kept::Keeping},
};

pub(crate) const PROOFS: &[Proof<Fault>] = &[
    exactly(Fault::None, &[]),
    at_least(
        Fault::RollbackKeepsRevocations,
        &["a_state_does_not_show_what_a_unit_has_not_committed"],
    ),
    exactly(Fault::ReadThenRaise, &["twenty_ends_at_once_return_twenty_generations"]),
    exactly(
        Fault::ModuloGeneration,
        &[
            "ending_all_tokens_raises_the_generation_and_returns_it",
            "twenty_ends_at_once_return_twenty_generations",
            "twenty_units_that_end_all_return_twenty_generations",
        ],
    ),
    exactly(Fault::RevokedOnce, &["revoking_a_token_twice_is_no_error"]),
    exactly(
        Fault::StatesKeptBesideWrites,
        &[
            "a_revoked_token_is_revoked_and_no_other",
            "a_state_read_beside_an_open_unit_does_not_outlive_its_commit",
            "a_state_shows_every_end_of_all_tokens_before_it",
            "a_state_shows_every_revocation_before_it",
            "a_state_shows_every_unit_that_committed_before_it",
        ],
    ),
    exactly(Fault::RemovesAll, &["notes_of_expired_tokens_are_removed_at_most_as_many_as_asked"]),
    at_least(
        Fault::NoneIsError,
        &[
            "ending_all_tokens_of_nobody_is_none_and_no_error",
            "revoking_a_token_of_nobody_is_no_error",
            "the_state_of_nobody_is_none_and_no_error",
        ],
    ),
    exactly(
        Fault::GenerationsFromZero,
        &[
            "a_state_does_not_show_what_a_unit_has_not_committed",
            "a_state_has_the_users_role_activity_and_generation",
            "ending_all_tokens_of_one_user_ends_nobody_elses",
            "ending_all_tokens_raises_the_generation_and_returns_it",
            "twenty_ends_at_once_return_twenty_generations",
            "twenty_units_that_end_all_return_twenty_generations",
        ],
    ),
    exactly(
        Fault::SecretsMakeVersions,
        &["ending_all_tokens_makes_no_new_version", "revoking_a_token_makes_no_new_version"],
    ),
    exactly(
        Fault::RemovesEarly,
        &[
            "notes_of_expired_tokens_are_removed_at_most_as_many_as_asked",
            "notes_of_tokens_that_have_not_expired_stay",
        ],
    ),
    exactly(Fault::EndsEverybody, &["ending_all_tokens_of_one_user_ends_nobody_elses"]),
];

/// The promises to writers in other processes.
const ALL: &[&str] = &[
    "a_deactivation_elsewhere_is_seen_within_a_second",
    "a_deletion_elsewhere_is_seen_within_a_second",
    "a_demotion_elsewhere_is_seen_within_a_second",
    "a_revocation_elsewhere_is_seen_within_a_second",
    "a_state_that_is_asked_for_all_the_time_is_not_kept_longer",
    "a_user_added_elsewhere_is_seen_within_a_second",
    "an_end_of_all_tokens_elsewhere_is_seen_within_a_second",
];

pub(crate) const KEPT: &[Proof<Keeping>] = &[
    exactly(Keeping::Rightly, &[]),
    exactly(Keeping::ForEver, ALL),
    exactly(Keeping::TooLong, ALL),
    exactly(Keeping::Sliding, &["a_state_that_is_asked_for_all_the_time_is_not_kept_longer"]),
    exactly(Keeping::NobodyForEver, &["a_user_added_elsewhere_is_seen_within_a_second"]),
];
