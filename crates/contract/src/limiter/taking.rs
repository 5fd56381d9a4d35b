use std::{sync::Arc, time::Duration};

use basalt_domain::{LimitKey, Policy, PolicyName};

use super::{TimedLimiter, assert_near, decide, five, policy, somebody};
use crate::race::race;

pub(super) async fn a_fresh_key_has_as_many_units_as_its_policy(subject: TimedLimiter) {
    for policy in [policy(PolicyName::Default, 100, 900), five(), policy(PolicyName::Account, 1, 1)]
    {
        let key = somebody();
        let asked = policy.quota.units + 20;
        assert_eq!(
            subject.take_many(asked, policy, &key).await,
            policy.quota.units,
            "a fresh key must have exactly the units of its policy at once"
        );
    }
}

/// How many of a hundred takes at once pass.
async fn hundred_at_once(subject: &TimedLimiter, policy: Policy, key: &LimitKey) -> usize {
    let passed = race(100, |_| {
        let (limiter, key) = (Arc::clone(&subject.limiter), key.clone());
        async move {
            let decision = decide(&*limiter, policy, &key).await;
            decision.expect("a limiter decides").allowed
        }
    })
    .await;
    passed.iter().filter(|passed| **passed).count()
}

pub(super) async fn of_a_hundred_takes_at_once_exactly_as_many_pass_as_units_are_there(
    subject: TimedLimiter,
) {
    for _ in 0..10 {
        assert_eq!(
            hundred_at_once(&subject, five(), &somebody()).await,
            5,
            "of a hundred takes at once exactly five must pass where five units are there"
        );
    }
}

pub(super) async fn takes_at_once_pass_as_many_as_are_left(subject: TimedLimiter) {
    for _ in 0..10 {
        let key = somebody();
        subject.take_many(3, five(), &key).await;
        assert_eq!(
            hundred_at_once(&subject, five(), &key).await,
            2,
            "of a hundred takes at once exactly as many must pass as are left"
        );
    }
}

pub(super) async fn a_decision_counts_what_is_left(subject: TimedLimiter) {
    let key = somebody();
    for expected in [4, 3, 2, 1, 0] {
        let decision = subject.take(five(), &key).await;
        assert!(decision.allowed, "a unit that is there must be taken");
        assert_eq!(decision.remaining, expected, "remaining must be what would pass now");
    }
    let refused = subject.take(five(), &key).await;
    assert!(!refused.allowed, "a unit that is not there must be refused");
    assert_eq!(refused.remaining, 0, "after a refusal nothing must remain to be taken");
}

pub(super) async fn a_decision_tells_when_all_units_are_there_again(subject: TimedLimiter) {
    let key = somebody();
    for taken in 1..=5 {
        let decision = subject.take(five(), &key).await;
        let expected = Duration::from_secs(10 * taken);
        assert_near(decision.reset, expected, "the time until all units are there");
    }
    let refused = subject.take(five(), &key).await;
    let expected = Duration::from_secs(50);
    assert_near(refused.reset, expected, "the time until all units are there");
}

pub(super) async fn a_decision_tells_when_the_next_unit_is_there(subject: TimedLimiter) {
    let key = somebody();
    for _ in 0..4 {
        let decision = subject.take(five(), &key).await;
        assert_eq!(
            decision.retry_after,
            Duration::ZERO,
            "there must be nothing to wait for while units are there"
        );
    }
    for _ in 0..3 {
        let decision = subject.take(five(), &key).await;
        let expected = Duration::from_secs(10);
        assert_near(decision.retry_after, expected, "the time until the next unit");
    }
}
