//! Versions of lists that change too seldom, too often, or at the wrong moment.

use basalt_contract::versions::PROMISES;

use crate::store::{Fault, with};
use crate::{assert_refused, assert_refused_by};

#[test]
fn a_version_that_forgets_what_comes_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::VersionWithoutInserts),
        &[
            "a_page_has_the_version_of_its_moment",
            "a_published_post_that_comes_changes_or_goes_changes_the_version",
            "each_of_twenty_writers_at_once_changes_the_version",
            "no_version_comes_back",
            "nobody_sees_a_units_version_before_its_commit",
        ],
    );
}

#[test]
fn a_version_that_forgets_changes_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::VersionWithoutChanges),
        &[
            "a_page_has_the_version_of_its_moment",
            "a_published_post_that_comes_changes_or_goes_changes_the_version",
            "no_version_comes_back",
            "nobody_sees_a_units_version_before_its_commit",
            "pages_of_one_version_show_the_same",
        ],
    );
    assert_refused(
        PROMISES,
        with(Fault::VersionWithoutMoves),
        &["publishing_a_draft_and_taking_it_back_change_the_version"],
    );
}

#[test]
fn a_version_that_forgets_what_goes_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::VersionWithoutDeletions),
        &[
            "a_published_post_that_comes_changes_or_goes_changes_the_version",
            "no_version_comes_back",
        ],
    );
    assert_refused(
        PROMISES,
        with(Fault::VersionWithoutBatches),
        &[
            "a_batch_of_published_posts_that_goes_changes_the_version",
            "nobody_sees_a_units_version_before_its_commit",
        ],
    );
    assert_refused(
        PROMISES,
        with(Fault::VersionWithoutCascade),
        &[
            "a_page_has_the_version_of_its_moment",
            "no_version_comes_back",
            "the_deletion_of_an_author_of_published_posts_changes_the_version",
        ],
    );
}

#[test]
fn a_version_that_forgets_names_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::VersionWithoutNames),
        &[
            "a_page_has_the_version_of_its_moment",
            "nobody_sees_a_units_version_before_its_commit",
            "the_name_of_an_author_of_published_posts_changes_the_version",
        ],
    );
}

#[test]
fn a_version_that_changes_with_what_no_list_shows_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::VersionWithDrafts),
        &["a_page_has_the_version_of_its_moment", "drafts_leave_the_version_as_it_is"],
    );
    assert_refused(
        PROMISES,
        with(Fault::VersionWithUsers),
        &["drafts_leave_the_version_as_it_is", "users_and_their_tokens_leave_the_version_as_it_is"],
    );
}

#[test]
fn a_version_that_changes_before_the_commit_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::VersionBeforeCommit),
        &[
            "a_unit_that_is_rolled_back_leaves_the_version_as_it_is",
            "nobody_sees_a_units_version_before_its_commit",
            "what_was_refused_leaves_the_version_as_it_is",
        ],
    );
}

#[test]
fn a_version_made_of_what_lists_show_is_refused() {
    assert_refused_by(
        PROMISES,
        with(Fault::VersionOfContent),
        &["a_page_has_the_version_of_its_moment", "no_version_comes_back"],
    );
}

#[test]
fn a_change_that_is_left_to_others_is_refused() {
    assert_refused_by(
        PROMISES,
        with(Fault::VersionLeftToOthers),
        &["each_of_twenty_writers_at_once_changes_the_version"],
    );
}

#[test]
fn a_page_with_the_version_of_another_moment_is_refused() {
    let expected = &["pages_of_one_version_show_the_same"];
    assert_refused_by(PROMISES, with(Fault::PageVersionBefore), expected);
    assert_refused_by(PROMISES, with(Fault::PageVersionAfter), expected);
    assert_refused_by(
        PROMISES,
        with(Fault::PageOfNoVersion),
        &["a_page_has_the_version_of_its_moment", "pages_of_one_version_show_the_same"],
    );
}
