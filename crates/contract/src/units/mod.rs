//! What [`UnitsOfWork`](basalt_domain::ports::UnitsOfWork) and their units promise.

mod committing;
mod giving_up;
mod isolation;

use crate::Store;

crate::suite::promises! {
    /// One test for each promise of `UnitsOfWork`. Takes an async function or closure that gives
    /// a fresh [`Store`](crate::Store).
    units_of_work_tests, units(Store);
    isolation {
        a_unit_sees_its_own_writes,
        nobody_sees_a_units_writes_before_its_commit,
        a_unit_does_not_see_what_another_has_not_committed,
        reading_does_not_wait_for_an_open_unit,
        units_that_raise_one_version_lose_no_write,
    }
    committing {
        all_writes_of_a_unit_are_seen_after_its_commit,
        a_unit_without_writes_commits,
        units_follow_each_other,
        writes_outside_of_units_are_kept_beside_them,
    }
    giving_up {
        a_dropped_unit_has_written_nothing,
        a_unit_dropped_after_any_step_has_written_nothing,
        a_unit_given_up_in_the_middle_of_any_call_has_written_nothing,
        a_unit_whose_task_is_aborted_has_written_nothing,
        a_unit_whose_task_panics_has_written_nothing,
        a_commit_that_is_given_up_happens_wholly_or_not_at_all,
        a_single_call_that_is_given_up_happens_wholly_or_not_at_all,
        giving_up_the_wait_for_a_unit_leaves_the_store_usable,
    }
}
