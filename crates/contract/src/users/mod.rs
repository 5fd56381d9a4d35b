//! What a [`UserRepository`](basalt_domain::ports::UserRepository) promises.

mod admins;
mod deleting;
mod filters;
mod inserting;
mod order;
mod passwords;
mod reading;
mod search;
mod totals;
mod updating;
mod walks;

use crate::Store;

crate::suite::promises! {
    /// One test for each promise of a `UserRepository`. Takes an async function or closure that
    /// gives a fresh [`Store`](crate::Store).
    user_repository_tests, users(Store);
    reading {
        a_user_is_read_as_it_was_written,
        an_unknown_user_is_none_and_no_error,
        credentials_hold_the_user_the_hash_and_the_first_generation,
        credentials_of_nobody_are_none_and_no_error,
        hash_and_generation_in_credentials_are_of_one_moment,
    }
    inserting {
        of_twenty_inserts_with_one_address_exactly_one_succeeds,
        of_twenty_units_that_insert_one_address_exactly_one_succeeds,
        an_insert_that_is_refused_leaves_nothing,
    }
    updating {
        an_update_writes_every_visible_field_and_not_the_creation,
        an_update_leaves_password_and_tokens_as_they_are,
        an_update_at_another_version_is_stale_and_writes_nothing,
        of_twenty_updates_at_one_version_exactly_one_is_done,
        an_update_of_nobody_is_missing,
        an_update_to_a_taken_address_is_refused_and_writes_nothing,
        of_twenty_updates_to_one_address_exactly_one_succeeds,
        an_address_that_was_given_up_is_free_again,
    }
    passwords {
        a_password_is_replaced_only_where_it_is_still_the_one_that_was_read,
        of_twenty_replacements_of_one_password_exactly_one_succeeds,
        replacing_a_password_makes_no_new_version,
        the_password_of_nobody_is_not_replaced,
    }
    deleting {
        a_deleted_user_is_gone_and_their_address_free,
        a_deletion_at_another_version_is_stale_and_deletes_nothing,
        of_twenty_deletions_exactly_one_is_done,
        a_deletion_of_nobody_is_missing,
        posts_go_with_their_author,
        idempotency_records_go_with_their_owner,
        revoked_tokens_go_with_their_user,
    }
    admins {
        active_admins_are_the_administrators_who_are_active,
        active_admins_in_a_unit_see_the_units_own_writes,
        units_that_would_each_demote_the_last_other_admin_leave_one,
        units_that_would_each_deactivate_the_last_other_admin_leave_one,
        units_that_would_each_delete_the_last_other_admin_leave_one,
    }
    order {
        pages_are_ordered_by_the_field_in_either_direction,
        users_with_equal_times_are_ordered_by_id_in_the_direction_of_the_order,
        users_with_equal_names_are_ordered_by_id_in_the_direction_of_the_order,
        names_are_ordered_by_their_folded_form_by_code_point,
        pages_of_equal_users_lose_and_double_none,
        a_page_past_the_end_is_empty_with_the_true_total,
        an_empty_store_has_an_empty_page_and_no_total,
        page_and_total_are_of_one_snapshot,
    }
    walks {
        a_walk_by_any_field_in_either_direction_is_in_the_order_of_the_pages,
        a_walk_over_equal_times_loses_and_doubles_no_user,
        a_walk_over_equal_names_loses_and_doubles_no_user,
        a_walk_says_that_rows_follow_exactly_when_they_do,
        a_walk_returns_what_stays_once_while_other_users_come_and_go,
        a_walk_holds_what_passes_the_filter,
        a_walk_of_a_search_ends_only_when_it_has_looked_at_everything,
    }
    filters {
        each_filter_holds_exactly_what_passes_it,
        filters_together_hold_what_passes_all,
        the_total_counts_all_that_pass_and_nobody_else,
    }
    totals {
        totals_follow_a_user_through_roles_and_states,
        totals_do_not_count_what_was_rolled_back,
        totals_stay_exact_beside_twenty_writers,
    }
    search {
        a_search_takes_wildcards_and_quotes_as_they_are,
        a_search_finds_other_case_beyond_ascii,
        a_search_tells_characters_apart_that_only_look_alike,
        a_search_looks_in_name_and_address_each_by_itself,
        a_search_may_be_long,
    }
}
