//! Which promises of a `UserRepository` refuse which fault.

use crate::{
    proof::{Proof, at_least, exactly},
    store::Fault,
};

pub(crate) const PROOFS: &[Proof<Fault>] = &[
    exactly(Fault::None, &[]),
    exactly(Fault::CheckThenInsert, &["of_twenty_inserts_with_one_address_exactly_one_succeeds"]),
    exactly(
        Fault::NamelessConstraint,
        &[
            "an_insert_that_is_refused_leaves_nothing",
            "of_twenty_inserts_with_one_address_exactly_one_succeeds",
            "of_twenty_units_that_insert_one_address_exactly_one_succeeds",
        ],
    ),
    at_least(Fault::CoarseTimes, &["a_user_is_read_as_it_was_written"]),
    exactly(Fault::VersionCheckedBefore, &["of_twenty_updates_at_one_version_exactly_one_is_done"]),
    exactly(
        Fault::MissingIsStale,
        &[
            "a_deletion_of_nobody_is_missing",
            "an_update_of_nobody_is_missing",
            "of_twenty_deletions_exactly_one_is_done",
        ],
    ),
    exactly(
        Fault::PasswordCheckedBefore,
        &["of_twenty_replacements_of_one_password_exactly_one_succeeds"],
    ),
    exactly(
        Fault::SecretsMakeVersions,
        &[
            "an_update_leaves_password_and_tokens_as_they_are",
            "replacing_a_password_makes_no_new_version",
            "revoked_tokens_go_with_their_user",
        ],
    ),
    at_least(Fault::TornCredentials, &["hash_and_generation_in_credentials_are_of_one_moment"]),
    exactly(Fault::DeletionCheckedBefore, &["of_twenty_deletions_exactly_one_is_done"]),
    exactly(Fault::UpdateEndsTokens, &["an_update_leaves_password_and_tokens_as_they_are"]),
    exactly(
        Fault::NoCascade,
        &[
            "idempotency_records_go_with_their_owner",
            "posts_go_with_their_author",
            "revoked_tokens_go_with_their_user",
        ],
    ),
    exactly(
        Fault::NoAdminLock,
        &[
            "active_admins_in_a_unit_see_the_units_own_writes",
            "units_that_would_each_deactivate_the_last_other_admin_leave_one",
            "units_that_would_each_delete_the_last_other_admin_leave_one",
            "units_that_would_each_demote_the_last_other_admin_leave_one",
        ],
    ),
    exactly(
        Fault::RestingAdmins,
        &[
            "active_admins_are_the_administrators_who_are_active",
            "units_that_would_each_deactivate_the_last_other_admin_leave_one",
        ],
    ),
    at_least(Fault::TornPage, &["page_and_total_are_of_one_snapshot"]),
    at_least(
        Fault::TotalOfAll,
        &["posts_go_with_their_author", "the_total_counts_all_that_pass_and_nobody_else"],
    ),
    exactly(
        Fault::TotalWithRows,
        &[
            "a_page_past_the_end_is_empty_with_the_true_total",
            "totals_do_not_count_what_was_rolled_back",
            "totals_follow_a_user_through_roles_and_states",
            "totals_stay_exact_beside_twenty_writers",
        ],
    ),
    at_least(Fault::Like, &["a_search_takes_wildcards_and_quotes_as_they_are"]),
    exactly(Fault::ShortPatterns, &["a_search_may_be_long"]),
    exactly(Fault::AsciiCase, &["a_search_finds_other_case_beyond_ascii"]),
    exactly(
        Fault::JoinedTexts,
        &[
            "a_search_looks_in_name_and_address_each_by_itself",
            "a_search_takes_wildcards_and_quotes_as_they_are",
        ],
    ),
    at_least(
        Fault::NoTieBreak,
        &[
            "a_walk_over_equal_names_loses_and_doubles_no_user",
            "a_walk_over_equal_times_loses_and_doubles_no_user",
            "pages_of_equal_users_lose_and_double_none",
            "users_with_equal_names_are_ordered_by_id_in_the_direction_of_the_order",
            "users_with_equal_times_are_ordered_by_id_in_the_direction_of_the_order",
        ],
    ),
    exactly(
        Fault::TiesUpwards,
        &[
            "a_walk_by_any_field_in_either_direction_is_in_the_order_of_the_pages",
            "a_walk_holds_what_passes_the_filter",
            "a_walk_of_a_search_ends_only_when_it_has_looked_at_everything",
            "a_walk_over_equal_names_loses_and_doubles_no_user",
            "a_walk_over_equal_times_loses_and_doubles_no_user",
            "pages_are_ordered_by_the_field_in_either_direction",
            "pages_of_equal_users_lose_and_double_none",
            "users_with_equal_names_are_ordered_by_id_in_the_direction_of_the_order",
            "users_with_equal_times_are_ordered_by_id_in_the_direction_of_the_order",
        ],
    ),
    exactly(Fault::Utf16Order, &["names_are_ordered_by_their_folded_form_by_code_point"]),
    exactly(
        Fault::WalkByKey,
        &[
            "a_walk_by_any_field_in_either_direction_is_in_the_order_of_the_pages",
            "a_walk_holds_what_passes_the_filter",
            "a_walk_of_a_search_ends_only_when_it_has_looked_at_everything",
            "a_walk_over_equal_names_loses_and_doubles_no_user",
            "a_walk_over_equal_times_loses_and_doubles_no_user",
            "a_walk_says_that_rows_follow_exactly_when_they_do",
        ],
    ),
    exactly(Fault::FullMeansMore, &["a_walk_says_that_rows_follow_exactly_when_they_do"]),
    at_least(
        Fault::NeverExact,
        &[
            "a_page_past_the_end_is_empty_with_the_true_total",
            "an_empty_store_has_an_empty_page_and_no_total",
            "totals_follow_a_user_through_roles_and_states",
        ],
    ),
    exactly(Fault::CountsByReading, &["totals_stay_exact_beside_twenty_writers"]),
    exactly(Fault::CountsRolledBack, &["totals_do_not_count_what_was_rolled_back"]),
    exactly(Fault::CountsNoCascade, &["posts_go_with_their_author"]),
    exactly(
        Fault::CountsNoMoves,
        &[
            "totals_do_not_count_what_was_rolled_back",
            "totals_follow_a_user_through_roles_and_states",
            "totals_stay_exact_beside_twenty_writers",
        ],
    ),
    exactly(Fault::ShortSteps, &[]),
    at_least(
        Fault::EmptyStepEnds,
        &["a_walk_of_a_search_ends_only_when_it_has_looked_at_everything"],
    ),
    at_least(
        Fault::EndlessWalk,
        &[
            "a_walk_by_any_field_in_either_direction_is_in_the_order_of_the_pages",
            "a_walk_says_that_rows_follow_exactly_when_they_do",
        ],
    ),
    at_least(
        Fault::NoneIsError,
        &["an_unknown_user_is_none_and_no_error", "credentials_of_nobody_are_none_and_no_error"],
    ),
    exactly(
        Fault::GenerationsFromZero,
        &[
            "credentials_hold_the_user_the_hash_and_the_first_generation",
            "hash_and_generation_in_credentials_are_of_one_moment",
        ],
    ),
    exactly(
        Fault::UpdateKeepsTime,
        &[
            "an_update_writes_every_visible_field_and_not_the_creation",
            "of_twenty_updates_at_one_version_exactly_one_is_done",
        ],
    ),
    exactly(
        Fault::IgnoresVersion,
        &[
            "a_deletion_at_another_version_is_stale_and_deletes_nothing",
            "an_update_at_another_version_is_stale_and_writes_nothing",
            "of_twenty_updates_at_one_version_exactly_one_is_done",
            "totals_follow_a_user_through_roles_and_states",
        ],
    ),
    exactly(
        Fault::TakenIsDone,
        &[
            "an_update_to_a_taken_address_is_refused_and_writes_nothing",
            "of_twenty_updates_to_one_address_exactly_one_succeeds",
        ],
    ),
    exactly(
        Fault::AddressesForEver,
        &[
            "a_deleted_user_is_gone_and_their_address_free",
            "an_address_that_was_given_up_is_free_again",
            "page_and_total_are_of_one_snapshot",
            "revoked_tokens_go_with_their_user",
        ],
    ),
    exactly(
        Fault::AlwaysReplaced,
        &[
            "a_password_is_replaced_only_where_it_is_still_the_one_that_was_read",
            "of_twenty_replacements_of_one_password_exactly_one_succeeds",
            "the_password_of_nobody_is_not_replaced",
        ],
    ),
    exactly(Fault::WalkFromRow, &["a_walk_returns_what_stays_once_while_other_users_come_and_go"]),
    exactly(
        Fault::LooseFilters,
        &[
            "a_walk_holds_what_passes_the_filter",
            "each_filter_holds_exactly_what_passes_it",
            "filters_together_hold_what_passes_all",
            "the_total_counts_all_that_pass_and_nobody_else",
            "totals_do_not_count_what_was_rolled_back",
            "totals_follow_a_user_through_roles_and_states",
            "totals_stay_exact_beside_twenty_writers",
        ],
    ),
    exactly(
        Fault::WithoutAccents,
        &[
            "a_search_finds_other_case_beyond_ascii",
            "a_search_tells_characters_apart_that_only_look_alike",
        ],
    ),
    exactly(
        Fault::UpdateWritesCreation,
        &["an_update_writes_every_visible_field_and_not_the_creation"],
    ),
];
