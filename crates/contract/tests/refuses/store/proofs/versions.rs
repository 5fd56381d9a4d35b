//! Which promises of `ListVersions` refuse which fault.

use crate::{
    proof::{Proof, at_least, exactly},
    store::Fault,
};

pub(crate) const PROOFS: &[Proof<Fault>] = &[
    exactly(Fault::None, &[]),
    exactly(
        Fault::VersionWithoutInserts,
        &[
            "a_page_has_the_version_of_its_moment",
            "a_published_post_that_comes_changes_or_goes_changes_the_version",
            "each_of_twenty_writers_at_once_changes_the_version",
            "no_version_comes_back",
            "nobody_sees_a_units_version_before_its_commit",
        ],
    ),
    exactly(
        Fault::VersionWithoutChanges,
        &[
            "a_page_has_the_version_of_its_moment",
            "a_published_post_that_comes_changes_or_goes_changes_the_version",
            "no_version_comes_back",
            "nobody_sees_a_units_version_before_its_commit",
            "pages_of_one_version_show_the_same",
        ],
    ),
    exactly(
        Fault::VersionWithoutMoves,
        &["publishing_a_draft_and_taking_it_back_change_the_version"],
    ),
    exactly(
        Fault::VersionWithoutDeletions,
        &[
            "a_published_post_that_comes_changes_or_goes_changes_the_version",
            "no_version_comes_back",
        ],
    ),
    exactly(
        Fault::VersionWithoutBatches,
        &[
            "a_batch_of_published_posts_that_goes_changes_the_version",
            "nobody_sees_a_units_version_before_its_commit",
        ],
    ),
    exactly(
        Fault::VersionWithoutCascade,
        &[
            "a_page_has_the_version_of_its_moment",
            "no_version_comes_back",
            "the_deletion_of_an_author_of_published_posts_changes_the_version",
        ],
    ),
    exactly(
        Fault::VersionWithoutNames,
        &[
            "a_page_has_the_version_of_its_moment",
            "nobody_sees_a_units_version_before_its_commit",
            "the_name_of_an_author_of_published_posts_changes_the_version",
        ],
    ),
    exactly(
        Fault::VersionWithDrafts,
        &["a_page_has_the_version_of_its_moment", "drafts_leave_the_version_as_it_is"],
    ),
    exactly(
        Fault::VersionWithUsers,
        &["drafts_leave_the_version_as_it_is", "users_and_their_tokens_leave_the_version_as_it_is"],
    ),
    exactly(
        Fault::VersionBeforeCommit,
        &[
            "a_unit_that_is_rolled_back_leaves_the_version_as_it_is",
            "nobody_sees_a_units_version_before_its_commit",
            "what_was_refused_leaves_the_version_as_it_is",
        ],
    ),
    at_least(
        Fault::VersionOfContent,
        &["a_page_has_the_version_of_its_moment", "no_version_comes_back"],
    ),
    at_least(Fault::VersionLeftToOthers, &["each_of_twenty_writers_at_once_changes_the_version"]),
    at_least(Fault::PageVersionBefore, &["pages_of_one_version_show_the_same"]),
    at_least(Fault::PageVersionAfter, &["pages_of_one_version_show_the_same"]),
    at_least(
        Fault::PageOfNoVersion,
        &["a_page_has_the_version_of_its_moment", "pages_of_one_version_show_the_same"],
    ),
];
