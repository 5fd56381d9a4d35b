//! Rows that are written carelessly.

use basalt_contract::{posts, users};

use crate::store::{Fault, with};
use crate::{assert_refused, assert_refused_by};

#[test]
fn looking_before_an_insert_is_refused() {
    assert_refused(
        users::PROMISES,
        with(Fault::CheckThenInsert),
        &["of_twenty_inserts_with_one_address_exactly_one_succeeds"],
    );
}

#[test]
fn a_constraint_without_a_name_is_refused() {
    assert_refused(
        users::PROMISES,
        with(Fault::NamelessConstraint),
        &[
            "an_insert_that_is_refused_leaves_nothing",
            "of_twenty_inserts_with_one_address_exactly_one_succeeds",
            "of_twenty_units_that_insert_one_address_exactly_one_succeeds",
        ],
    );
    assert_refused_by(
        posts::PROMISES,
        with(Fault::NamelessConstraint),
        &["a_post_by_nobody_is_refused_as_such_and_leaves_nothing"],
    );
}

#[test]
fn times_to_the_millisecond_are_refused() {
    assert_refused_by(
        users::PROMISES,
        with(Fault::CoarseTimes),
        &["a_user_is_read_as_it_was_written"],
    );
}

#[test]
fn a_version_that_is_checked_before_the_write_is_refused() {
    let expected = &["of_twenty_updates_at_one_version_exactly_one_is_done"];
    assert_refused(users::PROMISES, with(Fault::VersionCheckedBefore), expected);
    assert_refused(posts::PROMISES, with(Fault::VersionCheckedBefore), expected);
}

#[test]
fn taking_a_missing_row_for_a_stale_one_is_refused() {
    assert_refused(
        users::PROMISES,
        with(Fault::MissingIsStale),
        &["an_update_of_nobody_is_missing"],
    );
    assert_refused(
        posts::PROMISES,
        with(Fault::MissingIsStale),
        &["an_update_of_no_post_is_missing"],
    );
}

#[test]
fn a_password_that_is_checked_before_the_write_is_refused() {
    assert_refused(
        users::PROMISES,
        with(Fault::PasswordCheckedBefore),
        &["of_twenty_replacements_of_one_password_exactly_one_succeeds"],
    );
}

#[test]
fn a_password_that_makes_a_version_is_refused() {
    assert_refused(
        users::PROMISES,
        with(Fault::PasswordMakesVersion),
        &["replacing_a_password_makes_no_new_version"],
    );
}

#[test]
fn a_hash_and_a_generation_of_two_moments_are_refused() {
    assert_refused_by(
        users::PROMISES,
        with(Fault::TornCredentials),
        &["hash_and_generation_in_credentials_are_of_one_moment"],
    );
}

#[test]
fn a_deletion_that_is_checked_before_the_write_is_refused() {
    let expected = &["of_twenty_deletions_exactly_one_is_done"];
    assert_refused(users::PROMISES, with(Fault::DeletionCheckedBefore), expected);
    assert_refused(posts::PROMISES, with(Fault::DeletionCheckedBefore), expected);
}

#[test]
fn an_update_that_ends_tokens_is_refused() {
    assert_refused(
        users::PROMISES,
        with(Fault::UpdateEndsTokens),
        &["an_update_leaves_password_and_tokens_as_they_are"],
    );
}

#[test]
fn posts_that_outlive_their_author_are_refused() {
    assert_refused(users::PROMISES, with(Fault::NoCascade), &["posts_go_with_their_author"]);
}

#[test]
fn a_post_with_its_author_of_old_is_refused() {
    assert_refused(
        posts::PROMISES,
        with(Fault::OldAuthor),
        &["a_page_shows_its_authors_rename", "a_post_shows_its_authors_present_name_and_version"],
    );
}

#[test]
fn admins_that_keep_no_other_unit_waiting_are_refused() {
    assert_refused(
        users::PROMISES,
        with(Fault::NoAdminLock),
        &[
            "active_admins_in_a_unit_see_the_units_own_writes",
            "units_that_would_each_deactivate_the_last_other_admin_leave_one",
            "units_that_would_each_delete_the_last_other_admin_leave_one",
            "units_that_would_each_demote_the_last_other_admin_leave_one",
        ],
    );
}

#[test]
fn counting_deactivated_admins_is_refused() {
    assert_refused(
        users::PROMISES,
        with(Fault::RestingAdmins),
        &[
            "active_admins_are_the_administrators_who_are_active",
            "units_that_would_each_deactivate_the_last_other_admin_leave_one",
        ],
    );
}
