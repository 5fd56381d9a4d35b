//! Units that are none.

use basalt_contract::{auth_states, idempotency, posts, units, users, versions};

use crate::store::{Fault, with};
use crate::{assert_refused, assert_refused_by};

#[test]
fn a_store_without_fault_is_refused_by_nothing() {
    assert_refused(users::PROMISES, with(Fault::None), &[]);
    assert_refused(posts::PROMISES, with(Fault::None), &[]);
    assert_refused(auth_states::PROMISES, with(Fault::None), &[]);
    assert_refused(idempotency::PROMISES, with(Fault::None), &[]);
    assert_refused(units::PROMISES, with(Fault::None), &[]);
    assert_refused(versions::PROMISES, with(Fault::None), &[]);
}

#[test]
fn units_without_a_transaction_are_refused() {
    assert_refused_by(
        units::PROMISES,
        with(Fault::NoTransaction),
        &[
            "a_dropped_unit_has_written_nothing",
            "a_unit_does_not_see_what_another_has_not_committed",
            "a_unit_dropped_after_any_step_has_written_nothing",
            "a_unit_given_up_in_the_middle_of_any_call_has_written_nothing",
            "a_unit_whose_task_panics_has_written_nothing",
            "nobody_sees_a_units_writes_before_its_commit",
            "units_follow_each_other",
        ],
    );
}

#[test]
fn a_rollback_that_keeps_something_is_refused() {
    assert_refused_by(
        units::PROMISES,
        with(Fault::RollbackKeepsRevocations),
        &[
            "a_dropped_unit_has_written_nothing",
            "a_unit_dropped_after_any_step_has_written_nothing",
            "a_unit_given_up_in_the_middle_of_any_call_has_written_nothing",
            "a_unit_whose_task_panics_has_written_nothing",
        ],
    );
    assert_refused_by(
        auth_states::PROMISES,
        with(Fault::RollbackKeepsRevocations),
        &["a_state_does_not_show_what_a_unit_has_not_committed"],
    );
}

#[test]
fn a_transaction_that_is_never_ended_is_refused() {
    assert_refused_by(
        units::PROMISES,
        with(Fault::DropForgets),
        &["a_dropped_unit_has_written_nothing"],
    );
}

#[test]
fn a_unit_that_does_not_see_its_own_writes_is_refused() {
    assert_refused(
        units::PROMISES,
        with(Fault::UnitReadsCommitted),
        &["a_unit_sees_its_own_writes"],
    );
}

#[test]
fn a_commit_row_by_row_is_refused() {
    assert_refused_by(
        units::PROMISES,
        with(Fault::CommitByRow),
        &["a_commit_that_is_given_up_happens_wholly_or_not_at_all"],
    );
}
