//! What [`ListVersions`](basalt_domain::ports::ListVersions) promise, together with the store whose
//! lists they are of.

mod changing;
mod pages;
mod staying;

use basalt_domain::ListVersion;

use crate::Store;

crate::suite::promises! {
    /// One test for each promise of `ListVersions`. Takes an async function or closure that gives
    /// a fresh [`Store`](crate::Store).
    list_versions_tests, versions(Store);
    changing {
        a_published_post_that_comes_changes_or_goes_changes_the_version,
        publishing_a_draft_and_taking_it_back_change_the_version,
        the_name_of_an_author_of_published_posts_changes_the_version,
        the_deletion_of_an_author_of_published_posts_changes_the_version,
        a_batch_of_published_posts_that_goes_changes_the_version,
        no_version_comes_back,
        each_of_twenty_writers_at_once_changes_the_version,
    }
    staying {
        drafts_leave_the_version_as_it_is,
        users_and_their_tokens_leave_the_version_as_it_is,
        what_was_refused_leaves_the_version_as_it_is,
        nobody_sees_a_units_version_before_its_commit,
        a_unit_that_is_rolled_back_leaves_the_version_as_it_is,
    }
    pages {
        a_page_has_the_version_of_its_moment,
        pages_of_one_version_show_the_same,
    }
}

/// The versions that a check has seen.
pub(super) struct Seen<'a> {
    store: &'a Store,
    versions: Vec<ListVersion>,
}

impl<'a> Seen<'a> {
    /// Begins with the present version.
    pub(super) async fn of(store: &'a Store) -> Self {
        Self { store, versions: vec![store.version().await] }
    }

    /// Asserts that the version is one that was not seen before.
    pub(super) async fn assert_changed(&mut self, by: &str) {
        let version = self.store.version().await;
        assert!(
            !self.versions.contains(&version),
            "the lists must have a version that never was, after {by}: {version:?}"
        );
        self.versions.push(version);
    }

    /// Asserts that the version is the one that was seen last.
    pub(super) async fn assert_stays(&self, despite: &str) {
        assert_eq!(
            Some(&self.store.version().await),
            self.versions.last(),
            "the version of the lists must stay as it is, despite {despite}"
        );
    }
}
