//! Which promises refuse which fault.

use super::Fault;
use crate::proof::{Proof, at_least, exactly};

pub(crate) const PROOFS: &[Proof<Fault>] = &[
    exactly(Fault::None, &[]),
    at_least(
        Fault::CountsAfterwards,
        &[
            "of_a_hundred_takes_at_once_exactly_as_many_pass_as_units_are_there",
            "rivals_with_two_policies_get_what_the_narrower_has",
            "takes_at_once_pass_as_many_as_are_left",
        ],
    ),
    at_least(Fault::FixedWindow, &["units_come_back_one_by_one_and_not_all_with_a_new_window"]),
    exactly(
        Fault::BackOverTheTop,
        &[
            "a_unit_that_is_given_back_after_a_time_is_one_unit",
            "all_units_are_there_after_the_window_and_never_more",
            "giving_back_never_makes_more_units_than_the_policy_has",
            "giving_back_to_a_fresh_key_gives_nothing",
            "twenty_give_backs_at_once_never_make_more_units_than_the_policy_has",
        ],
    ),
    exactly(
        Fault::BackGivesAll,
        &[
            "a_unit_is_given_back_to_its_own_key_and_policy_alone",
            "a_unit_that_is_given_back_after_a_time_is_one_unit",
            "a_unit_that_is_given_back_can_be_taken_again",
        ],
    ),
    exactly(
        Fault::BackGivesNothing,
        &[
            "a_unit_is_given_back_to_its_own_key_and_policy_alone",
            "a_unit_that_is_given_back_after_a_time_is_one_unit",
            "a_unit_that_is_given_back_can_be_taken_again",
            "giving_back_never_makes_more_units_than_the_policy_has",
            "twenty_give_backs_at_once_never_make_more_units_than_the_policy_has",
        ],
    ),
    exactly(
        Fault::RefusalCosts,
        &[
            "a_decision_counts_down_while_time_passes",
            "a_decision_tells_when_the_next_unit_is_there",
            "a_refused_take_costs_no_unit",
            "a_unit_that_is_given_back_can_be_taken_again",
            "all_units_are_there_after_the_window_and_never_more",
            "exactly_one_unit_is_there_after_an_interval",
            "nobody_waits_for_a_time_further_ahead_than_the_window",
            "units_come_back_one_by_one_and_not_all_with_a_new_window",
        ],
    ),
    exactly(Fault::AddsUp, &["all_units_are_there_after_the_window_and_never_more"]),
    exactly(Fault::AsksAll, &["the_first_refusal_ends_the_asking"]),
    exactly(
        Fault::OnePot,
        &[
            "a_unit_is_given_back_to_its_own_key_and_policy_alone",
            "policies_have_counters_of_their_own",
            "rivals_with_two_policies_get_what_the_narrower_has",
            "the_first_refusal_ends_the_asking",
        ],
    ),
    exactly(
        Fault::OneKey,
        &[
            "a_unit_is_given_back_to_its_own_key_and_policy_alone",
            "keys_have_counters_of_their_own",
            "of_a_hundred_takes_at_once_exactly_as_many_pass_as_units_are_there",
            "takes_at_once_pass_as_many_as_are_left",
        ],
    ),
    exactly(
        Fault::RetryIsWindow,
        &[
            "a_decision_counts_down_while_time_passes",
            "a_decision_tells_when_the_next_unit_is_there",
            "a_refused_take_costs_no_unit",
            "nobody_waits_for_a_time_further_ahead_than_the_window",
        ],
    ),
    exactly(
        Fault::RemainingBefore,
        &[
            "a_decision_counts_down_while_time_passes",
            "a_decision_counts_what_is_left",
            "each_policy_asked_has_its_decision_in_order",
            "giving_back_to_a_fresh_key_gives_nothing",
        ],
    ),
    exactly(Fault::BelievesAnyTime, &["nobody_waits_for_a_time_further_ahead_than_the_window"]),
    at_least(Fault::OneMore, &["a_fresh_key_has_as_many_units_as_its_policy"]),
    exactly(
        Fault::ResetIsWindow,
        &[
            "a_decision_counts_down_while_time_passes",
            "a_decision_tells_when_all_units_are_there_again",
        ],
    ),
    exactly(Fault::NothingIsError, &["asking_for_nothing_decides_nothing"]),
];
