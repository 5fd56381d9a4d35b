//! Which promises of a `PostRepository` refuse which fault.

use crate::{
    proof::{Proof, at_least, exactly},
    store::Fault,
};

pub(crate) const PROOFS: &[Proof<Fault>] = &[
    exactly(Fault::None, &[]),
    at_least(
        Fault::NamelessConstraint,
        &[
            "a_post_by_nobody_is_refused_as_such_and_leaves_nothing",
            "posts_that_race_with_their_authors_deletion_leave_no_orphan",
        ],
    ),
    exactly(Fault::VersionCheckedBefore, &["of_twenty_updates_at_one_version_exactly_one_is_done"]),
    exactly(
        Fault::MissingIsStale,
        &[
            "a_deletion_of_no_post_is_missing",
            "an_update_of_no_post_is_missing",
            "of_twenty_deletions_exactly_one_is_done",
        ],
    ),
    exactly(Fault::DeletionCheckedBefore, &["of_twenty_deletions_exactly_one_is_done"]),
    exactly(
        Fault::OldAuthor,
        &["a_page_shows_its_authors_rename", "a_post_shows_its_authors_present_name_and_version"],
    ),
    at_least(Fault::TornPage, &["page_and_total_are_of_one_snapshot"]),
    at_least(Fault::TotalOfAll, &["the_total_counts_all_that_pass_and_no_other"]),
    exactly(
        Fault::TotalWithRows,
        &[
            "a_page_past_the_end_is_empty_with_the_true_total",
            "every_list_past_its_end_has_the_true_total",
        ],
    ),
    exactly(Fault::Like, &["a_search_takes_wildcards_and_quotes_as_they_are"]),
    exactly(Fault::ShortPatterns, &["a_search_as_long_as_a_content_finds_it"]),
    exactly(Fault::AsciiCase, &["a_search_finds_other_case_beyond_ascii"]),
    exactly(Fault::JoinedTexts, &["a_search_looks_in_title_and_content_each_by_itself"]),
    at_least(
        Fault::NoTieBreak,
        &[
            "a_walk_over_equal_times_loses_and_doubles_no_post",
            "a_walk_over_equal_titles_loses_and_doubles_no_post",
            "pages_of_equal_posts_lose_and_double_none",
            "posts_with_equal_times_are_ordered_by_id_in_the_direction_of_the_order",
            "posts_with_equal_titles_are_ordered_by_id_in_the_direction_of_the_order",
        ],
    ),
    exactly(
        Fault::TiesUpwards,
        &[
            "a_walk_by_any_field_in_either_direction_is_in_the_order_of_the_pages",
            "a_walk_holds_what_passes_the_filter",
            "a_walk_of_a_search_ends_only_when_it_has_looked_at_everything",
            "a_walk_over_equal_times_loses_and_doubles_no_post",
            "a_walk_over_equal_titles_loses_and_doubles_no_post",
            "a_walk_returns_what_stays_once_while_other_posts_come_and_go",
            "pages_are_ordered_by_the_field_in_either_direction",
            "pages_of_equal_posts_lose_and_double_none",
            "posts_with_equal_times_are_ordered_by_id_in_the_direction_of_the_order",
            "posts_with_equal_titles_are_ordered_by_id_in_the_direction_of_the_order",
        ],
    ),
    exactly(Fault::Utf16Order, &["titles_are_ordered_by_their_folded_form_by_code_point"]),
    exactly(
        Fault::WalkByKey,
        &[
            "a_walk_by_any_field_in_either_direction_is_in_the_order_of_the_pages",
            "a_walk_holds_what_passes_the_filter",
            "a_walk_of_a_search_ends_only_when_it_has_looked_at_everything",
            "a_walk_over_equal_times_loses_and_doubles_no_post",
            "a_walk_over_equal_titles_loses_and_doubles_no_post",
            "a_walk_returns_what_stays_once_while_other_posts_come_and_go",
            "a_walk_says_that_rows_follow_exactly_when_they_do",
        ],
    ),
    exactly(Fault::FullMeansMore, &["a_walk_says_that_rows_follow_exactly_when_they_do"]),
    at_least(
        Fault::PagesForEver,
        &[
            "a_page_read_beside_an_open_unit_hides_nothing_after_its_commit",
            "a_page_shows_every_unit_that_committed_before_it",
            "a_page_shows_every_write_to_a_post_before_it",
            "a_page_shows_its_authors_rename",
            "every_page_shows_a_write_and_not_only_the_one_that_changed",
        ],
    ),
    exactly(Fault::OneStamp, &["pages_with_equal_stamps_are_equal"]),
    at_least(
        Fault::NeverExact,
        &[
            "an_empty_store_has_an_empty_page_and_no_total",
            "every_list_past_its_end_has_the_true_total",
            "the_total_counts_all_that_pass_and_no_other",
            "totals_follow_a_post_from_draft_to_published_and_back",
        ],
    ),
    exactly(Fault::CountsByReading, &["totals_stay_exact_beside_twenty_writers"]),
    exactly(
        Fault::CountsRolledBack,
        &[
            "a_page_does_not_show_what_a_unit_has_not_committed",
            "totals_do_not_count_what_was_rolled_back",
            "totals_stay_exact_beside_twenty_writers",
        ],
    ),
    exactly(
        Fault::CountsNoCascade,
        &[
            "a_page_shows_every_unit_that_committed_before_it",
            "totals_do_not_count_the_posts_of_a_deleted_author",
        ],
    ),
    at_least(Fault::CountsNoMoves, &["totals_follow_a_post_from_draft_to_published_and_back"]),
    exactly(
        Fault::BatchWithoutLimit,
        &[
            "a_batch_in_a_unit_happens_with_its_commit",
            "a_batch_removes_at_most_as_many_as_asked_and_says_how_many",
        ],
    ),
    at_least(
        Fault::BatchOfAnybody,
        &["a_batch_removes_an_authors_drafts_too_and_nobody_elses_posts"],
    ),
    at_least(
        Fault::BatchWithoutDrafts,
        &["a_batch_removes_an_authors_drafts_too_and_nobody_elses_posts"],
    ),
    at_least(
        Fault::BatchSaysLimit,
        &["a_batch_removes_at_most_as_many_as_asked_and_says_how_many"],
    ),
    at_least(Fault::BatchBesideUnit, &["a_batch_in_a_unit_happens_with_its_commit"]),
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
    exactly(
        Fault::StaleForEver,
        &[
            "a_page_shows_every_unit_that_committed_before_it",
            "a_page_shows_every_write_to_a_post_before_it",
        ],
    ),
    exactly(
        Fault::AlwaysOld,
        &[
            "a_page_does_not_show_what_a_unit_has_not_committed",
            "a_page_shows_every_unit_that_committed_before_it",
            "a_page_shows_every_write_to_a_post_before_it",
            "a_page_shows_its_authors_rename",
        ],
    ),
    at_least(Fault::NoneIsError, &["an_unknown_post_is_none_and_no_error"]),
    at_least(Fault::CoarseTimes, &["a_post_is_read_as_it_was_written"]),
    at_least(Fault::NoCascade, &["posts_that_race_with_their_authors_deletion_leave_no_orphan"]),
    exactly(
        Fault::UpdateKeepsTime,
        &[
            "a_find_shows_every_write_before_it",
            "an_update_writes_the_post_and_neither_author_nor_creation",
            "of_twenty_updates_at_one_version_exactly_one_is_done",
        ],
    ),
    exactly(
        Fault::IgnoresVersion,
        &[
            "a_deletion_at_another_version_is_stale_and_deletes_nothing",
            "an_update_at_another_version_is_stale_and_writes_nothing",
            "of_twenty_updates_at_one_version_exactly_one_is_done",
            "totals_follow_a_post_from_draft_to_published_and_back",
        ],
    ),
    exactly(
        Fault::RenameMakesVersions,
        &[
            "a_post_shows_its_authors_present_name_and_version",
            "an_authors_rename_makes_no_version_of_the_post_stale",
        ],
    ),
    exactly(Fault::FindsDeleted, &["a_deleted_post_is_gone", "a_find_shows_every_write_before_it"]),
    exactly(Fault::WalkFromRow, &["a_walk_returns_what_stays_once_while_other_posts_come_and_go"]),
    exactly(
        Fault::LooseFilters,
        &[
            "a_batch_in_a_unit_happens_with_its_commit",
            "a_batch_removes_an_authors_drafts_too_and_nobody_elses_posts",
            "a_batch_removes_at_most_as_many_as_asked_and_says_how_many",
            "an_authors_list_holds_only_their_posts",
            "each_visibility_holds_exactly_its_posts",
            "every_list_past_its_end_has_the_true_total",
            "the_total_counts_all_that_pass_and_no_other",
        ],
    ),
    exactly(Fault::InsertForgetsAuthor, &["an_insertion_gives_the_post_with_its_present_author"]),
];
