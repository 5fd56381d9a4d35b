use std::{net::Ipv4Addr, sync::Arc, thread};

use futures_util::FutureExt;
use governor::clock::FakeRelativeClock;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

/// 5 units in 50 seconds: one comes back every 10.
const AUTH: Policy =
    Policy { name: PolicyName::Auth, quota: Quota { units: 5, window: Duration::from_secs(50) } };

const DEFAULT: Policy = Policy { name: PolicyName::Default, ..AUTH };

fn limiter() -> (GovernorLimiter<FakeRelativeClock>, FakeRelativeClock) {
    let clock = FakeRelativeClock::default();
    (GovernorLimiter::with_clock(clock.clone()), clock)
}

fn key(number: u32) -> LimitKey {
    LimitKey::address(Ipv4Addr::from(number).into())
}

fn take_all<C: Clock + Send + Sync>(
    limiter: &GovernorLimiter<C>,
    asks: &[(Policy, LimitKey)],
) -> Vec<Decision> {
    let taken = limiter.take(asks).now_or_never();
    taken.expect("nothing to wait for").unwrap()
}

fn take<C: Clock + Send + Sync>(limiter: &GovernorLimiter<C>, of: u32) -> Decision {
    take_all(limiter, &[(AUTH, key(of))])[0]
}

fn take_five(limiter: &GovernorLimiter<FakeRelativeClock>, of: u32) {
    for _ in 0..5 {
        assert!(take(limiter, of).allowed);
    }
}

fn give_back(limiter: &GovernorLimiter<FakeRelativeClock>, of: u32) {
    let given = limiter.give_back(AUTH, &key(of)).now_or_never();
    given.expect("nothing to wait for").unwrap();
}

fn seconds(decision: &Decision) -> (bool, u32, u64, u64) {
    (decision.allowed, decision.remaining, decision.reset.as_secs(), decision.retry_after.as_secs())
}

#[test]
fn a_decision_tells_what_is_left_and_when_there_is_more() {
    let (limiter, clock) = limiter();
    assert_eq!(seconds(&take(&limiter, 1)), (true, 4, 10, 0));
    assert_eq!(seconds(&take(&limiter, 1)), (true, 3, 20, 0));
    clock.advance(4 * SECOND);
    assert_eq!(seconds(&take(&limiter, 1)), (true, 2, 26, 0));
    take(&limiter, 1);
    assert_eq!(seconds(&take(&limiter, 1)), (true, 0, 46, 6));
    assert_eq!(seconds(&take(&limiter, 1)), (false, 0, 46, 6));
}

#[test]
fn a_refused_take_costs_nothing_and_the_next_unit_is_there_when_it_was_promised() {
    let (limiter, clock) = limiter();
    take_five(&limiter, 1);
    for _ in 0..9 {
        assert!(!take(&limiter, 1).allowed);
    }
    let wait = take(&limiter, 1).retry_after;
    clock.advance(wait.checked_sub(Duration::from_nanos(1)).unwrap());
    assert!(!take(&limiter, 1).allowed);
    clock.advance(Duration::from_nanos(1));
    assert!(take(&limiter, 1).allowed);
    assert!(!take(&limiter, 1).allowed);
}

#[test]
fn all_units_are_there_again_when_the_reset_is_over() {
    let (limiter, clock) = limiter();
    let reset = take(&limiter, 1).reset;
    clock.advance(reset);
    assert_eq!(take(&limiter, 1).remaining, 4);
    clock.advance(1_000 * SECOND);
    assert_eq!(take(&limiter, 1).remaining, 4, "and never more");
}

#[test]
fn keys_and_policies_are_counted_apart() {
    let (limiter, _) = limiter();
    take_five(&limiter, 1);
    assert!(!take(&limiter, 1).allowed);
    assert!(take(&limiter, 2).allowed);
    assert!(take_all(&limiter, &[(DEFAULT, key(1))])[0].allowed);
}

#[test]
fn asks_are_taken_in_order_up_to_the_first_that_refuses() {
    let (limiter, _) = limiter();
    take_five(&limiter, 1);
    let asks = [(DEFAULT, key(1)), (AUTH, key(1)), (AUTH, key(2))];
    let decisions = take_all(&limiter, &asks);
    let shown: Vec<_> = decisions
        .iter()
        .map(|decision| (decision.policy, decision.allowed, decision.remaining))
        .collect();
    assert_eq!(shown, [(DEFAULT, true, 4), (AUTH, false, 0)]);
    assert_eq!(take(&limiter, 2).remaining, 4, "was not asked");
}

#[test]
fn a_unit_that_is_given_back_can_be_taken_again() {
    let (limiter, _) = limiter();
    take_five(&limiter, 1);
    give_back(&limiter, 1);
    assert_eq!(seconds(&take(&limiter, 1)), (true, 0, 50, 10));
    assert!(!take(&limiter, 1).allowed);
}

#[test]
fn giving_back_never_makes_more_units_than_the_policy_has() {
    let (limiter, clock) = limiter();
    give_back(&limiter, 1);
    take(&limiter, 1);
    for _ in 0..9 {
        give_back(&limiter, 1);
    }
    assert_eq!(take(&limiter, 1).remaining, 4);
    clock.advance(1_000 * SECOND);
    give_back(&limiter, 1);
    assert_eq!(take(&limiter, 1).remaining, 4);
}

#[test]
fn a_quota_may_differ_from_take_to_take() {
    let (limiter, _) = limiter();
    take(&limiter, 1);
    let wide = Policy { quota: Quota { units: 10, window: Duration::from_secs(50) }, ..AUTH };
    // 10 s until all are there again, plus the 5 s of this unit.
    let decision = take_all(&limiter, &[(wide, key(1))])[0];
    assert_eq!(seconds(&decision), (true, 7, 15, 0));
}

#[test]
fn the_oddest_quotas_are_counted() {
    let (limiter, _) = limiter();
    for (number, units, window) in [
        (1, 1, Duration::ZERO),
        (2, u32::MAX, Duration::from_nanos(1)),
        (3, 1, Duration::MAX),
        (4, u32::MAX, Duration::MAX),
    ] {
        let quota = Quota { units, window };
        let policy = Policy { quota, ..AUTH };
        assert!(take_all(&limiter, &[(policy, key(number))])[0].allowed);
    }
}

#[test]
fn of_concurrent_takes_exactly_as_many_pass_as_units_are_there() {
    let (limiter, _) = limiter();
    let limiter = Arc::new(limiter);
    for round in 0..50 {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let limiter = Arc::clone(&limiter);
                thread::spawn(move || (0..4).filter(|_| take(&limiter, round).allowed).count())
            })
            .collect();
        let passed: usize = threads.into_iter().map(|t| t.join().unwrap()).sum();
        assert_eq!(passed, 5);
    }
}

#[test]
fn a_sweep_forgets_who_has_all_units_and_nobody_else() {
    let (limiter, clock) = limiter();
    take(&limiter, 1);
    clock.advance(9 * SECOND);
    take(&limiter, 2);
    clock.advance(SECOND);
    limiter.sweep();
    assert_eq!(limiter.len(), 1);
    assert_eq!(take(&limiter, 2).remaining, 3);
    clock.advance(1_000 * SECOND);
    limiter.sweep();
    assert!(limiter.is_empty());
}

#[test]
fn idle_keys_are_forgotten_while_others_come() {
    let (limiter, clock) = limiter();
    for number in 0..100_000 {
        take(&limiter, number);
        clock.advance(SECOND / 100);
    }
    // A thousand at a time have not all their units.
    assert!(limiter.len() < 10_000, "{}", limiter.len());
}

#[test]
fn a_flood_of_keys_is_bounded_and_those_who_took_most_stay_known() {
    let (limiter, clock) = limiter();
    take_five(&limiter, 0);
    for number in 1..=450_000 {
        take(&limiter, number);
        clock.advance(Duration::from_nanos(1));
    }
    assert!(limiter.len() <= 200_000, "{}", limiter.len());
    assert!(!take(&limiter, 0).allowed);
}
