//! What a [`RateLimiter`] promises.

mod asking;
mod giving_back;
mod refilling;
mod taking;

use std::{sync::Arc, time::Duration};

use basalt_domain::{
    Decision, LimitKey, Policy, PolicyName, Quota,
    ports::{RateLimiter, StoreError},
};

use crate::{Advance, samples::user_id};

/// A fresh limiter that has counted nothing, and its time.
pub struct TimedLimiter {
    /// The limiter under test.
    pub limiter: Arc<dyn RateLimiter>,
    /// Moves the time that the limiter goes by.
    pub advance: Advance,
}

crate::suite::promises! {
    /// One test for each promise of a `RateLimiter`. Takes an async function or closure that gives
    /// a fresh [`TimedLimiter`](crate::TimedLimiter).
    rate_limiter_tests, limiter(TimedLimiter);
    taking {
        a_fresh_key_has_as_many_units_as_its_policy,
        of_a_hundred_takes_at_once_exactly_as_many_pass_as_units_are_there,
        takes_at_once_pass_as_many_as_are_left,
        a_decision_counts_what_is_left,
        a_decision_tells_when_all_units_are_there_again,
        a_decision_tells_when_the_next_unit_is_there,
    }
    refilling {
        exactly_one_unit_is_there_after_an_interval,
        all_units_are_there_after_the_window_and_never_more,
        a_refused_take_costs_no_unit,
        units_come_back_one_by_one_and_not_all_with_a_new_window,
        a_decision_counts_down_while_time_passes,
        nobody_waits_for_a_time_further_ahead_than_the_window,
    }
    giving_back {
        a_unit_that_is_given_back_can_be_taken_again,
        giving_back_never_makes_more_units_than_the_policy_has,
        giving_back_to_a_fresh_key_gives_nothing,
        twenty_give_backs_at_once_never_make_more_units_than_the_policy_has,
        a_unit_is_given_back_to_its_own_key_and_policy_alone,
        a_unit_that_is_given_back_after_a_time_is_one_unit,
    }
    asking {
        the_first_refusal_ends_the_asking,
        each_policy_asked_has_its_decision_in_order,
        policies_have_counters_of_their_own,
        keys_have_counters_of_their_own,
        asking_for_nothing_decides_nothing,
        rivals_with_two_policies_get_what_the_narrower_has,
    }
}

/// How far a decision's times may be off: what a store rounds to.
const ROUNDING: Duration = Duration::from_millis(1);

pub(super) fn policy(name: PolicyName, units: u32, seconds: u64) -> Policy {
    let window = Duration::from_secs(seconds);
    Policy { name, quota: Quota { units, window } }
}

/// Five in fifty seconds, so one every ten.
pub(super) fn five() -> Policy {
    policy(PolicyName::Auth, 5, 50)
}

/// The key of somebody who was never seen before.
pub(super) fn somebody() -> LimitKey {
    LimitKey::User(user_id())
}

impl TimedLimiter {
    pub(super) async fn take(&self, policy: Policy, key: &LimitKey) -> Decision {
        let decisions = decide(&*self.limiter, policy, key).await;
        decisions.expect("a limiter decides")
    }

    /// Takes `count` units one after the other and says how many passed.
    pub(super) async fn take_many(&self, count: u32, policy: Policy, key: &LimitKey) -> u32 {
        let mut passed = 0;
        for _ in 0..count {
            passed += u32::from(self.take(policy, key).await.allowed);
        }
        passed
    }

    pub(super) async fn give_back(&self, policy: Policy, key: &LimitKey) {
        let given = self.limiter.give_back(policy, key).await;
        given.expect("a unit is given back");
    }

    pub(super) async fn wait(&self, duration: Duration) {
        (self.advance)(duration).await;
    }
}

pub(super) async fn decide(
    limiter: &dyn RateLimiter,
    policy: Policy,
    key: &LimitKey,
) -> Result<Decision, StoreError> {
    let decisions = limiter.take(&[(policy, key.clone())]).await?;
    assert_eq!(decisions.len(), 1, "one policy that is asked must give one decision");
    Ok(decisions[0])
}

pub(super) fn assert_near(told: Duration, expected: Duration, what: &str) {
    assert!(told.abs_diff(expected) <= ROUNDING, "{what} must be {expected:?} and is {told:?}");
}
