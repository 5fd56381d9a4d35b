//! Which promises of `UnitsOfWork` refuse which fault.

use crate::{
    proof::{Proof, at_least, exactly},
    store::Fault,
};

pub(crate) const PROOFS: &[Proof<Fault>] = &[
    exactly(Fault::None, &[]),
    at_least(
        Fault::NoTransaction,
        &[
            "a_dropped_unit_has_written_nothing",
            "a_unit_does_not_see_what_another_has_not_committed",
            "a_unit_dropped_after_any_step_has_written_nothing",
            "a_unit_given_up_in_the_middle_of_any_call_has_written_nothing",
            "a_unit_whose_task_is_aborted_has_written_nothing",
            "a_unit_whose_task_panics_has_written_nothing",
            "nobody_sees_a_units_writes_before_its_commit",
            "units_follow_each_other",
        ],
    ),
    at_least(
        Fault::RollbackKeepsRevocations,
        &[
            "a_dropped_unit_has_written_nothing",
            "a_unit_dropped_after_any_step_has_written_nothing",
            "a_unit_given_up_in_the_middle_of_any_call_has_written_nothing",
            "a_unit_whose_task_is_aborted_has_written_nothing",
            "a_unit_whose_task_panics_has_written_nothing",
        ],
    ),
    at_least(Fault::DropForgets, &["a_dropped_unit_has_written_nothing"]),
    exactly(Fault::UnitReadsCommitted, &["a_unit_sees_its_own_writes"]),
    at_least(Fault::CommitByRow, &["a_commit_that_is_given_up_happens_wholly_or_not_at_all"]),
    at_least(Fault::UnitLocksReads, &["reading_does_not_wait_for_an_open_unit"]),
    at_least(Fault::LostUpdates, &["units_that_raise_one_version_lose_no_write"]),
    at_least(Fault::CommitRollsBack, &["all_writes_of_a_unit_are_seen_after_its_commit"]),
    exactly(Fault::EmptyCommitFails, &["a_unit_without_writes_commits"]),
    at_least(Fault::CopiesEarly, &["writes_outside_of_units_are_kept_beside_them"]),
    at_least(Fault::TornInsert, &["a_single_call_that_is_given_up_happens_wholly_or_not_at_all"]),
    at_least(Fault::QueueLeaks, &["giving_up_the_wait_for_a_unit_leaves_the_store_usable"]),
];
