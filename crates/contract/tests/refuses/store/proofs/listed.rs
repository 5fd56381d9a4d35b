//! Lists that are read carelessly.

use basalt_contract::{posts, users};

use crate::store::{Fault, with};
use crate::{assert_refused, assert_refused_by};

#[test]
fn a_total_that_is_read_after_the_rows_is_refused() {
    let expected = &["page_and_total_are_of_one_snapshot"];
    assert_refused_by(users::PROMISES, with(Fault::TornPage), expected);
    assert_refused_by(posts::PROMISES, with(Fault::TornPage), expected);
}

#[test]
fn a_total_of_other_rows_is_refused() {
    assert_refused_by(
        users::PROMISES,
        with(Fault::TotalOfAll),
        &["posts_go_with_their_author", "the_total_counts_all_that_pass_and_nobody_else"],
    );
    assert_refused_by(
        posts::PROMISES,
        with(Fault::TotalOfAll),
        &["the_total_counts_all_that_pass_and_no_other"],
    );
}

#[test]
fn a_total_that_comes_with_the_rows_is_refused() {
    assert_refused(
        users::PROMISES,
        with(Fault::TotalWithRows),
        &[
            "a_page_past_the_end_is_empty_with_the_true_total",
            "totals_do_not_count_what_was_rolled_back",
            "totals_follow_a_user_through_roles_and_states",
            "totals_stay_exact_beside_twenty_writers",
        ],
    );
    assert_refused(
        posts::PROMISES,
        with(Fault::TotalWithRows),
        &[
            "a_page_past_the_end_is_empty_with_the_true_total",
            "every_list_past_its_end_has_the_true_total",
        ],
    );
}

#[test]
fn like_without_an_escape_is_refused() {
    let expected = &["a_search_takes_wildcards_and_quotes_as_they_are"];
    assert_refused_by(users::PROMISES, with(Fault::Like), expected);
    assert_refused(posts::PROMISES, with(Fault::Like), expected);
}

#[test]
fn a_limit_on_searches_is_refused() {
    assert_refused(users::PROMISES, with(Fault::ShortPatterns), &["a_search_may_be_long"]);
    assert_refused(
        posts::PROMISES,
        with(Fault::ShortPatterns),
        &["a_search_as_long_as_a_content_finds_it"],
    );
}

#[test]
fn case_in_ascii_only_is_refused() {
    let expected = &["a_search_finds_other_case_beyond_ascii"];
    assert_refused(users::PROMISES, with(Fault::AsciiCase), expected);
    assert_refused(posts::PROMISES, with(Fault::AsciiCase), expected);
}

#[test]
fn a_search_in_all_texts_at_once_is_refused() {
    assert_refused(
        users::PROMISES,
        with(Fault::JoinedTexts),
        &[
            "a_search_looks_in_name_and_address_each_by_itself",
            "a_search_takes_wildcards_and_quotes_as_they_are",
        ],
    );
    assert_refused(
        posts::PROMISES,
        with(Fault::JoinedTexts),
        &["a_search_looks_in_title_and_content_each_by_itself"],
    );
}

#[test]
fn an_order_without_tie_break_is_refused() {
    assert_refused_by(
        users::PROMISES,
        with(Fault::NoTieBreak),
        &[
            "a_walk_over_equal_names_loses_and_doubles_no_user",
            "a_walk_over_equal_times_loses_and_doubles_no_user",
            "pages_of_equal_users_lose_and_double_none",
            "users_with_equal_names_are_ordered_by_id_in_the_direction_of_the_order",
            "users_with_equal_times_are_ordered_by_id_in_the_direction_of_the_order",
        ],
    );
    assert_refused_by(
        posts::PROMISES,
        with(Fault::NoTieBreak),
        &[
            "a_walk_over_equal_times_loses_and_doubles_no_post",
            "a_walk_over_equal_titles_loses_and_doubles_no_post",
            "pages_of_equal_posts_lose_and_double_none",
            "posts_with_equal_times_are_ordered_by_id_in_the_direction_of_the_order",
            "posts_with_equal_titles_are_ordered_by_id_in_the_direction_of_the_order",
        ],
    );
}

#[test]
fn ties_that_always_go_upwards_are_refused() {
    assert_refused(
        users::PROMISES,
        with(Fault::TiesUpwards),
        &[
            "a_walk_by_any_field_in_either_direction_is_in_the_order_of_the_pages",
            "a_walk_holds_what_passes_the_filter",
            "a_walk_of_a_search_ends_only_when_it_has_looked_at_everything",
            "pages_are_ordered_by_the_field_in_either_direction",
            "a_walk_over_equal_names_loses_and_doubles_no_user",
            "a_walk_over_equal_times_loses_and_doubles_no_user",
            "pages_of_equal_users_lose_and_double_none",
            "users_with_equal_names_are_ordered_by_id_in_the_direction_of_the_order",
            "users_with_equal_times_are_ordered_by_id_in_the_direction_of_the_order",
        ],
    );
    assert_refused(
        posts::PROMISES,
        with(Fault::TiesUpwards),
        &[
            "a_walk_by_any_field_in_either_direction_is_in_the_order_of_the_pages",
            "a_walk_holds_what_passes_the_filter",
            "a_walk_of_a_search_ends_only_when_it_has_looked_at_everything",
            "pages_are_ordered_by_the_field_in_either_direction",
            "a_walk_over_equal_times_loses_and_doubles_no_post",
            "a_walk_returns_what_stays_once_while_other_posts_come_and_go",
            "a_walk_over_equal_titles_loses_and_doubles_no_post",
            "pages_of_equal_posts_lose_and_double_none",
            "posts_with_equal_times_are_ordered_by_id_in_the_direction_of_the_order",
            "posts_with_equal_titles_are_ordered_by_id_in_the_direction_of_the_order",
        ],
    );
}

#[test]
fn an_order_by_another_encoding_is_refused() {
    assert_refused(
        users::PROMISES,
        with(Fault::Utf16Order),
        &["names_are_ordered_by_their_folded_form_by_code_point"],
    );
    assert_refused(
        posts::PROMISES,
        with(Fault::Utf16Order),
        &["titles_are_ordered_by_their_folded_form_by_code_point"],
    );
}

#[test]
fn a_walk_behind_the_key_alone_is_refused() {
    assert_refused(
        users::PROMISES,
        with(Fault::WalkByKey),
        &[
            "a_walk_by_any_field_in_either_direction_is_in_the_order_of_the_pages",
            "a_walk_holds_what_passes_the_filter",
            "a_walk_of_a_search_ends_only_when_it_has_looked_at_everything",
            "a_walk_says_that_rows_follow_exactly_when_they_do",
            "a_walk_over_equal_names_loses_and_doubles_no_user",
            "a_walk_over_equal_times_loses_and_doubles_no_user",
        ],
    );
    assert_refused(
        posts::PROMISES,
        with(Fault::WalkByKey),
        &[
            "a_walk_by_any_field_in_either_direction_is_in_the_order_of_the_pages",
            "a_walk_holds_what_passes_the_filter",
            "a_walk_of_a_search_ends_only_when_it_has_looked_at_everything",
            "a_walk_says_that_rows_follow_exactly_when_they_do",
            "a_walk_over_equal_times_loses_and_doubles_no_post",
            "a_walk_over_equal_titles_loses_and_doubles_no_post",
            "a_walk_returns_what_stays_once_while_other_posts_come_and_go",
        ],
    );
}

#[test]
fn taking_a_full_step_for_a_sign_of_more_is_refused() {
    let expected = &["a_walk_says_that_rows_follow_exactly_when_they_do"];
    assert_refused(users::PROMISES, with(Fault::FullMeansMore), expected);
    assert_refused(posts::PROMISES, with(Fault::FullMeansMore), expected);
}

#[test]
fn pages_that_are_kept_for_ever_are_refused() {
    assert_refused_by(
        posts::PROMISES,
        with(Fault::PagesForEver),
        &[
            "a_page_read_beside_an_open_unit_hides_nothing_after_its_commit",
            "a_page_shows_every_unit_that_committed_before_it",
            "a_page_shows_every_write_to_a_post_before_it",
            "a_page_shows_its_authors_rename",
            "every_page_shows_a_write_and_not_only_the_one_that_changed",
        ],
    );
}

#[test]
fn one_stamp_for_different_pages_is_refused() {
    assert_refused(posts::PROMISES, with(Fault::OneStamp), &["pages_with_equal_stamps_are_equal"]);
}
