//! Totals that are kept beside the rows, carelessly; batches; and steps that are short.

use basalt_contract::{posts, users};

use crate::store::{Fault, with};
use crate::{assert_refused, assert_refused_by};

#[test]
fn a_total_that_is_never_exact_is_refused() {
    assert_refused_by(
        posts::PROMISES,
        with(Fault::NeverExact),
        &[
            "every_list_past_its_end_has_the_true_total",
            "the_total_counts_all_that_pass_and_no_other",
            "totals_follow_a_post_from_draft_to_published_and_back",
        ],
    );
    assert_refused_by(
        users::PROMISES,
        with(Fault::NeverExact),
        &[
            "a_page_past_the_end_is_empty_with_the_true_total",
            "totals_follow_a_user_through_roles_and_states",
        ],
    );
}

#[test]
fn a_count_that_is_read_and_then_written_is_refused() {
    let expected = &["totals_stay_exact_beside_twenty_writers"];
    assert_refused(posts::PROMISES, with(Fault::CountsByReading), expected);
    assert_refused(users::PROMISES, with(Fault::CountsByReading), expected);
}

#[test]
fn counting_what_was_rolled_back_is_refused() {
    assert_refused(
        posts::PROMISES,
        with(Fault::CountsRolledBack),
        &[
            "a_page_does_not_show_what_a_unit_has_not_committed",
            "totals_do_not_count_what_was_rolled_back",
            "totals_stay_exact_beside_twenty_writers",
        ],
    );
    assert_refused(
        users::PROMISES,
        with(Fault::CountsRolledBack),
        &["totals_do_not_count_what_was_rolled_back"],
    );
}

#[test]
fn counting_the_posts_of_who_is_gone_is_refused() {
    assert_refused(
        posts::PROMISES,
        with(Fault::CountsNoCascade),
        &[
            "a_page_shows_every_unit_that_committed_before_it",
            "totals_do_not_count_the_posts_of_a_deleted_author",
        ],
    );
    assert_refused(users::PROMISES, with(Fault::CountsNoCascade), &["posts_go_with_their_author"]);
}

#[test]
fn counting_rows_as_what_they_once_were_is_refused() {
    assert_refused_by(
        posts::PROMISES,
        with(Fault::CountsNoMoves),
        &["totals_follow_a_post_from_draft_to_published_and_back"],
    );
    assert_refused(
        users::PROMISES,
        with(Fault::CountsNoMoves),
        &[
            "totals_do_not_count_what_was_rolled_back",
            "totals_follow_a_user_through_roles_and_states",
            "totals_stay_exact_beside_twenty_writers",
        ],
    );
}

#[test]
fn a_batch_of_more_than_was_asked_is_refused() {
    assert_refused(
        posts::PROMISES,
        with(Fault::BatchWithoutLimit),
        &[
            "a_batch_in_a_unit_happens_with_its_commit",
            "a_batch_removes_at_most_as_many_as_asked_and_says_how_many",
        ],
    );
}

#[test]
fn a_batch_of_other_posts_is_refused() {
    assert_refused_by(
        posts::PROMISES,
        with(Fault::BatchOfAnybody),
        &["a_batch_removes_an_authors_drafts_too_and_nobody_elses_posts"],
    );
    assert_refused_by(
        posts::PROMISES,
        with(Fault::BatchWithoutDrafts),
        &["a_batch_removes_an_authors_drafts_too_and_nobody_elses_posts"],
    );
}

#[test]
fn a_batch_that_tells_another_number_is_refused() {
    assert_refused_by(
        posts::PROMISES,
        with(Fault::BatchSaysLimit),
        &["a_batch_removes_at_most_as_many_as_asked_and_says_how_many"],
    );
}

#[test]
fn a_batch_beside_its_unit_is_refused() {
    assert_refused_by(
        posts::PROMISES,
        with(Fault::BatchBesideUnit),
        &["a_batch_in_a_unit_happens_with_its_commit"],
    );
}

#[test]
fn short_steps_of_a_search_are_refused_by_nothing() {
    assert_refused(posts::PROMISES, with(Fault::ShortSteps), &[]);
    assert_refused(users::PROMISES, with(Fault::ShortSteps), &[]);
}

#[test]
fn a_search_that_ends_too_soon_is_refused() {
    let expected = &["a_walk_of_a_search_ends_only_when_it_has_looked_at_everything"];
    assert_refused_by(posts::PROMISES, with(Fault::EmptyStepEnds), expected);
    assert_refused_by(users::PROMISES, with(Fault::EmptyStepEnds), expected);
}

#[test]
fn a_walk_without_end_is_refused() {
    let expected = &[
        "a_walk_by_any_field_in_either_direction_is_in_the_order_of_the_pages",
        "a_walk_says_that_rows_follow_exactly_when_they_do",
    ];
    assert_refused_by(posts::PROMISES, with(Fault::EndlessWalk), expected);
    assert_refused_by(users::PROMISES, with(Fault::EndlessWalk), expected);
}

#[test]
fn old_pages_while_the_store_can_be_asked_are_refused() {
    assert_refused(
        posts::PROMISES,
        with(Fault::StaleForEver),
        &[
            "a_page_shows_every_unit_that_committed_before_it",
            "a_page_shows_every_write_to_a_post_before_it",
        ],
    );
    assert_refused(
        posts::PROMISES,
        with(Fault::AlwaysOld),
        &[
            "a_page_does_not_show_what_a_unit_has_not_committed",
            "a_page_shows_every_unit_that_committed_before_it",
            "a_page_shows_every_write_to_a_post_before_it",
            "a_page_shows_its_authors_rename",
        ],
    );
}
