use std::{net::Ipv4Addr, sync::Arc};

use basalt_domain::{LimitKey, PolicyName};

use super::{TimedLimiter, five, policy, somebody};
use crate::{
    race::race,
    samples::{email, user_id},
};

pub(super) async fn the_first_refusal_ends_the_asking(subject: TimedLimiter) {
    let wide = policy(PolicyName::Default, 10, 100);
    let narrow = policy(PolicyName::Auth, 1, 100);
    let last = policy(PolicyName::Account, 10, 100);
    let key = somebody();
    let asks = [wide, narrow, last].map(|policy| (policy, key.clone()));
    let first = subject.limiter.take(&asks).await;
    let first = first.expect("a limiter decides");
    assert!(
        first.len() == 3 && first.iter().all(|decision| decision.allowed),
        "policies that all have units must all be asked: {first:?}"
    );
    for _ in 0..3 {
        let refused = subject.limiter.take(&asks).await;
        let refused = refused.expect("a limiter decides");
        let verdicts: Vec<_> = refused.iter().map(|decision| decision.allowed).collect();
        assert_eq!(
            verdicts,
            [true, false],
            "policies must be asked in order up to and including the first that refuses"
        );
    }
    assert_eq!(
        subject.take_many(20, wide, &key).await,
        6,
        "units taken before the refusal must stay taken"
    );
    assert_eq!(
        subject.take_many(20, last, &key).await,
        9,
        "policies behind the refusal must not be asked"
    );
}

pub(super) async fn each_policy_asked_has_its_decision_in_order(subject: TimedLimiter) {
    let policies = [
        policy(PolicyName::Account, 7, 70),
        policy(PolicyName::Default, 3, 9),
        policy(PolicyName::Auth, 5, 50),
    ];
    let asks = policies.map(|policy| (policy, somebody()));
    let decisions = subject.limiter.take(&asks).await;
    let decisions = decisions.expect("a limiter decides");
    let told: Vec<_> = decisions.iter().map(|decision| decision.policy).collect();
    assert_eq!(told, policies, "each policy asked must have its decision, in the order of asking");
    for decision in &decisions {
        assert_eq!(
            decision.remaining,
            decision.policy.quota.units - 1,
            "a decision must be about its own policy"
        );
    }
}

pub(super) async fn policies_have_counters_of_their_own(subject: TimedLimiter) {
    let key = somebody();
    for name in [PolicyName::Default, PolicyName::Auth, PolicyName::Account] {
        assert_eq!(
            subject.take_many(9, policy(name, 5, 50), &key).await,
            5,
            "each policy must have counters of its own, for one key too"
        );
    }
}

pub(super) async fn keys_have_counters_of_their_own(subject: TimedLimiter) {
    let keys = [
        LimitKey::User(user_id()),
        LimitKey::User(user_id()),
        LimitKey::address(Ipv4Addr::new(192, 0, 2, 1).into()),
        LimitKey::address(Ipv4Addr::new(192, 0, 2, 2).into()),
        LimitKey::address("2001:db8:1:2::1".parse().expect("an address")),
        LimitKey::address("2001:db8:1:3::1".parse().expect("an address")),
        LimitKey::Account(email("a@example.com")),
        LimitKey::Account(email("b@example.com")),
    ];
    for key in &keys {
        assert_eq!(
            subject.take_many(9, five(), key).await,
            5,
            "each key must have counters of its own: {key:?}"
        );
    }
}

pub(super) async fn asking_for_nothing_decides_nothing(subject: TimedLimiter) {
    let decisions = subject.limiter.take(&[]).await;
    assert_eq!(
        decisions.expect("asking for nothing must not be an error"),
        [],
        "asking for nothing must decide nothing"
    );
}

pub(super) async fn rivals_with_two_policies_get_what_the_narrower_has(subject: TimedLimiter) {
    let wide = policy(PolicyName::Default, 40, 400);
    let key = somebody();
    let passed = race(100, |_| {
        let limiter = Arc::clone(&subject.limiter);
        let asks = [(wide, key.clone()), (five(), key.clone())];
        async move {
            let decisions = limiter.take(&asks).await;
            let decisions = decisions.expect("a limiter decides");
            let allowed = decisions.iter().filter(|decision| decision.allowed).count();
            (decisions.len() == 2 && allowed == 2, allowed)
        }
    })
    .await;
    assert_eq!(
        passed.iter().filter(|(both, _)| *both).count(),
        5,
        "of rivals that need two policies as many must pass as the narrower has units"
    );
    assert_eq!(
        passed.iter().map(|(_, allowed)| allowed).sum::<usize>(),
        45,
        "the wider policy must have given every unit it has, and no more"
    );
}
