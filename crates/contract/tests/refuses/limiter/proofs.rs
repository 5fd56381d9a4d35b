//! Which promises refuse which fault.

use basalt_contract::limiter::PROMISES;

use super::{Fault, with};
use crate::{assert_refused, assert_refused_by};

#[test]
fn a_limiter_without_fault_is_refused_by_nothing() {
    assert_refused(PROMISES, with(Fault::None), &[]);
}

#[test]
fn counting_after_looking_is_refused() {
    assert_refused_by(
        PROMISES,
        with(Fault::CountsAfterwards),
        &[
            "of_a_hundred_takes_at_once_exactly_as_many_pass_as_units_are_there",
            "rivals_with_two_policies_get_what_the_narrower_has",
            "takes_at_once_pass_as_many_as_are_left",
        ],
    );
}

#[test]
fn a_window_that_begins_anew_is_refused() {
    assert_refused_by(
        PROMISES,
        with(Fault::FixedWindow),
        &["units_come_back_one_by_one_and_not_all_with_a_new_window"],
    );
}

#[test]
fn giving_back_over_the_top_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::BackOverTheTop),
        &[
            "a_unit_that_is_given_back_after_a_time_is_one_unit",
            "all_units_are_there_after_the_window_and_never_more",
            "giving_back_never_makes_more_units_than_the_policy_has",
            "giving_back_to_a_fresh_key_gives_nothing",
            "twenty_give_backs_at_once_never_make_more_units_than_the_policy_has",
        ],
    );
}

#[test]
fn giving_all_or_nothing_back_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::BackGivesAll),
        &[
            "a_unit_is_given_back_to_its_own_key_and_policy_alone",
            "a_unit_that_is_given_back_after_a_time_is_one_unit",
            "a_unit_that_is_given_back_can_be_taken_again",
        ],
    );
    assert_refused(
        PROMISES,
        with(Fault::BackGivesNothing),
        &[
            "a_unit_is_given_back_to_its_own_key_and_policy_alone",
            "a_unit_that_is_given_back_after_a_time_is_one_unit",
            "a_unit_that_is_given_back_can_be_taken_again",
            "giving_back_never_makes_more_units_than_the_policy_has",
            "twenty_give_backs_at_once_never_make_more_units_than_the_policy_has",
        ],
    );
}

#[test]
fn a_refused_take_that_costs_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::RefusalCosts),
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
    );
}

#[test]
fn units_that_add_up_are_refused() {
    assert_refused(
        PROMISES,
        with(Fault::AddsUp),
        &["all_units_are_there_after_the_window_and_never_more"],
    );
}

#[test]
fn asking_on_after_a_refusal_is_refused() {
    assert_refused(PROMISES, with(Fault::AsksAll), &["the_first_refusal_ends_the_asking"]);
}

#[test]
fn counting_policies_or_keys_together_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::OnePot),
        &[
            "a_unit_is_given_back_to_its_own_key_and_policy_alone",
            "policies_have_counters_of_their_own",
            "rivals_with_two_policies_get_what_the_narrower_has",
            "the_first_refusal_ends_the_asking",
        ],
    );
    assert_refused(
        PROMISES,
        with(Fault::OneKey),
        &[
            "a_unit_is_given_back_to_its_own_key_and_policy_alone",
            "keys_have_counters_of_their_own",
            "of_a_hundred_takes_at_once_exactly_as_many_pass_as_units_are_there",
            "takes_at_once_pass_as_many_as_are_left",
        ],
    );
}

#[test]
fn decisions_that_tell_something_else_are_refused() {
    assert_refused(
        PROMISES,
        with(Fault::RetryIsWindow),
        &[
            "a_decision_counts_down_while_time_passes",
            "a_decision_tells_when_the_next_unit_is_there",
            "a_refused_take_costs_no_unit",
            "nobody_waits_for_a_time_further_ahead_than_the_window",
        ],
    );
    assert_refused(
        PROMISES,
        with(Fault::RemainingBefore),
        &[
            "a_decision_counts_down_while_time_passes",
            "a_decision_counts_what_is_left",
            "each_policy_asked_has_its_decision_in_order",
            "giving_back_to_a_fresh_key_gives_nothing",
        ],
    );
}

#[test]
fn waiting_for_a_time_that_no_take_can_have_led_to_is_refused() {
    assert_refused(
        PROMISES,
        with(Fault::BelievesAnyTime),
        &["nobody_waits_for_a_time_further_ahead_than_the_window"],
    );
}
