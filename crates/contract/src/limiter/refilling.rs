use std::time::Duration;

use basalt_domain::PolicyName;

use super::{TimedLimiter, assert_near, five, policy, somebody};

const MOMENT: Duration = Duration::from_millis(5);

pub(super) async fn exactly_one_unit_is_there_after_an_interval(subject: TimedLimiter) {
    for policy in [five(), policy(PolicyName::Default, 100, 900)] {
        let key = somebody();
        let interval = policy.quota.interval();
        subject.take_many(policy.quota.units, policy, &key).await;
        for _ in 0..3 {
            subject.wait(interval.saturating_sub(MOMENT)).await;
            assert_eq!(
                subject.take_many(2, policy, &key).await,
                0,
                "no unit must be there before an interval has passed"
            );
            subject.wait(MOMENT).await;
            assert_eq!(
                subject.take_many(3, policy, &key).await,
                1,
                "exactly one unit must be there after an interval"
            );
        }
    }
}

pub(super) async fn all_units_are_there_after_the_window_and_never_more(subject: TimedLimiter) {
    let key = somebody();
    for windows in [1, 1, 20] {
        subject.take_many(7, five(), &key).await;
        subject.wait(five().quota.window * windows).await;
        assert_eq!(
            subject.take_many(20, five(), &key).await,
            5,
            "after {windows} windows all units must be there, and never more"
        );
    }
}

pub(super) async fn a_refused_take_costs_no_unit(subject: TimedLimiter) {
    let key = somebody();
    subject.take_many(5, five(), &key).await;
    subject.take_many(200, five(), &key).await;
    let refused = subject.take(five(), &key).await;
    assert_near(
        refused.retry_after,
        Duration::from_secs(10),
        "a refused take must cost no unit: the time until the next one",
    );
    subject.wait(Duration::from_secs(10)).await;
    assert_eq!(
        subject.take_many(5, five(), &key).await,
        1,
        "a refused take must cost no unit, so one is there after an interval"
    );
}

pub(super) async fn units_come_back_one_by_one_and_not_all_with_a_new_window(
    subject: TimedLimiter,
) {
    // A window that starts anew at some fixed moment would let twice the units pass around it.
    let key = somebody();
    subject.wait(Duration::from_secs(49)).await;
    assert_eq!(subject.take_many(9, five(), &key).await, 5);
    for seconds in [1, 2, 3, 3] {
        subject.wait(Duration::from_secs(seconds)).await;
        assert_eq!(
            subject.take_many(9, five(), &key).await,
            0,
            "units must come back one by one and not all with a new window"
        );
    }
    subject.wait(Duration::from_secs(11)).await;
    assert_eq!(
        subject.take_many(9, five(), &key).await,
        2,
        "after two intervals two units must be back"
    );
}

pub(super) async fn a_decision_counts_down_while_time_passes(subject: TimedLimiter) {
    let key = somebody();
    subject.take_many(5, five(), &key).await;
    subject.wait(Duration::from_secs(4)).await;
    let refused = subject.take(five(), &key).await;
    assert_near(refused.retry_after, Duration::from_secs(6), "the time until the next unit");
    assert_near(refused.reset, Duration::from_secs(46), "the time until all units are there");
    subject.wait(Duration::from_secs(21)).await;
    let passed = subject.take(five(), &key).await;
    assert_eq!(passed.remaining, 1, "two units and a half must be one that remains after a take");
    assert_near(passed.reset, Duration::from_secs(35), "the time until all units are there");
}

pub(super) async fn nobody_waits_for_a_time_further_ahead_than_the_window(subject: TimedLimiter) {
    // What a longer window has left behind stands for any time that is too far ahead: one that was
    // stored by a clock that was set back since, too.
    let longer = policy(PolicyName::Auth, 5, 50_000);
    let key = somebody();
    subject.take_many(5, longer, &key).await;
    assert_eq!(
        subject.take_many(9, five(), &key).await,
        5,
        "a time further ahead than the window must count for nothing"
    );
    // Nearer than that it may be true, and is waited for no longer than an interval.
    let slightly = policy(PolicyName::Auth, 5, 52);
    let key = somebody();
    subject.take_many(5, slightly, &key).await;
    subject.wait(Duration::from_secs(3)).await;
    let refused = subject.take(five(), &key).await;
    assert!(!refused.allowed && refused.retry_after <= five().quota.interval());
}
