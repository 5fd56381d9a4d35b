use std::{sync::Arc, time::Duration};

use basalt_domain::PolicyName;

use super::{TimedLimiter, five, policy, somebody};
use crate::race::{RIVALS, race};

pub(super) async fn a_unit_that_is_given_back_can_be_taken_again(subject: TimedLimiter) {
    let key = somebody();
    subject.take_many(5, five(), &key).await;
    for given in 1..=3 {
        for _ in 0..given {
            subject.give_back(five(), &key).await;
        }
        assert_eq!(
            subject.take_many(9, five(), &key).await,
            given,
            "exactly the units that were given back must be there again"
        );
    }
}

pub(super) async fn giving_back_never_makes_more_units_than_the_policy_has(subject: TimedLimiter) {
    let key = somebody();
    subject.take_many(2, five(), &key).await;
    for _ in 0..10 {
        subject.give_back(five(), &key).await;
    }
    assert_eq!(
        subject.take_many(20, five(), &key).await,
        5,
        "giving back must never make more units than the policy has"
    );
}

pub(super) async fn giving_back_to_a_fresh_key_gives_nothing(subject: TimedLimiter) {
    let key = somebody();
    subject.give_back(five(), &key).await;
    let decision = subject.take(five(), &key).await;
    assert_eq!(
        decision.remaining, 4,
        "giving back to a key that has all its units must give nothing"
    );
    assert_eq!(
        subject.take_many(20, five(), &key).await,
        4,
        "giving back to a key that has all its units must give nothing"
    );
}

pub(super) async fn twenty_give_backs_at_once_never_make_more_units_than_the_policy_has(
    subject: TimedLimiter,
) {
    for _ in 0..10 {
        let key = somebody();
        subject.take_many(4, five(), &key).await;
        race(RIVALS, |_| {
            let (limiter, key) = (Arc::clone(&subject.limiter), key.clone());
            async move {
                let given = limiter.give_back(five(), &key).await;
                given.expect("a unit is given back");
            }
        })
        .await;
        assert_eq!(
            subject.take_many(40, five(), &key).await,
            5,
            "give-backs at once must never make more units than the policy has"
        );
    }
}

pub(super) async fn a_unit_is_given_back_to_its_own_key_and_policy_alone(subject: TimedLimiter) {
    let other_policy = policy(PolicyName::Account, 5, 50);
    let (key, other_key) = (somebody(), somebody());
    for (policy, key) in [(five(), &key), (five(), &other_key), (other_policy, &key)] {
        subject.take_many(5, policy, key).await;
    }
    subject.give_back(five(), &key).await;
    for (policy, key) in [(five(), &other_key), (other_policy, &key)] {
        assert_eq!(
            subject.take_many(3, policy, key).await,
            0,
            "a unit must be given back to its own key and policy alone"
        );
    }
    assert_eq!(
        subject.take_many(3, five(), &key).await,
        1,
        "the unit must be where it was given back"
    );
}

pub(super) async fn a_unit_that_is_given_back_after_a_time_is_one_unit(subject: TimedLimiter) {
    let key = somebody();
    subject.take_many(5, five(), &key).await;
    subject.wait(Duration::from_secs(20)).await;
    subject.give_back(five(), &key).await;
    assert_eq!(
        subject.take_many(9, five(), &key).await,
        3,
        "two units that came back and one that was given back must be three"
    );
    subject.wait(five().quota.window * 2).await;
    subject.give_back(five(), &key).await;
    assert_eq!(
        subject.take_many(9, five(), &key).await,
        5,
        "a unit that is given back when all are there must be none"
    );
}
