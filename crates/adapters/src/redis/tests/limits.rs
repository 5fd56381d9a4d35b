use std::net::Ipv4Addr;

use basalt_domain::{Decision, LimitKey, Policy, PolicyName, Quota, ports::RateLimiter};
use futures_util::{FutureExt, future::join_all};
use governor::clock::FakeRelativeClock;

use super::*;
use crate::{memory::GovernorLimiter, test_support::StandingClock};

fn policy(name: PolicyName, units: u32, window: Duration) -> Policy {
    Policy { name, quota: Quota { units, window } }
}

fn five() -> Policy {
    policy(PolicyName::Auth, 5, Duration::from_secs(50))
}

fn key(number: u32) -> LimitKey {
    LimitKey::address(Ipv4Addr::from(number).into())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_together_let_exactly_as_many_pass_as_there_are() {
    let Some((one, other, _keyspace)) = two().await else {
        return;
    };
    let limiters = [one, other].map(|redis| Arc::new(redis.rate_limiter()));
    for round in 0..10 {
        let takes = (0..100).map(|number| {
            let limiter = Arc::clone(&limiters[number % 2]);
            tokio::spawn(async move { limiter.take(&[(five(), key(round))]).await })
        });
        let taken = join_all(takes).await;
        let passed = taken.into_iter().filter(|taken| {
            let taken = taken.as_ref().unwrap().as_ref().unwrap();
            taken[0].allowed
        });
        assert_eq!(passed.count(), 5);
    }
}

#[tokio::test]
async fn time_is_that_of_redis() {
    let Some((redis, _, _keyspace)) = two().await else {
        return;
    };
    let limiter = redis.rate_limiter();
    assert_eq!(limiter.now(), "", "nothing makes the script ask Redis");
    let time = async || {
        let (seconds, micros): (u64, u64) = ask(&redis, &cmd("TIME")).await;
        seconds * 1_000_000 + micros
    };
    let before = time().await;
    limiter.take(&[(five(), key(1))]).await.unwrap();
    let after = time().await;
    let kept = keys(&redis, "{basalt:limits}:*").await.remove(0);
    let arrival: u64 = ask(&redis, cmd("GET").arg(kept)).await;
    let interval = 10_000_000;
    assert!((before + interval..=after + interval).contains(&arrival));
}

#[tokio::test]
async fn scripts_that_redis_has_forgotten_are_sent_again() {
    let Some((redis, _, _keyspace)) = two().await else {
        return;
    };
    let limiter = redis.rate_limiter();
    for left in [4, 3, 2] {
        ask::<()>(&redis, cmd("SCRIPT").arg("FLUSH")).await;
        let taken = limiter.take(&[(five(), key(1))]).await.unwrap();
        assert_eq!(taken[0].remaining, left);
    }
}

#[tokio::test]
async fn a_clock_of_redis_that_is_set_back_makes_nobody_wait_longer_than_an_interval() {
    let Some((redis, _, _keyspace)) = two().await else {
        return;
    };
    let five = policy(PolicyName::Auth, 5, Duration::from_mins(15));
    let clock = StandingClock::new();
    let limiter = redis.rate_limiter().with_clock(clock.clone());
    for (number, back) in (1..).zip([1, 179, 181, 600, 899, 901, 3_600, 86_400]) {
        let somebody = [(five, key(number))];
        for _ in 0..6 {
            limiter.take(&somebody).await.unwrap();
        }
        clock.set_back(Duration::from_secs(back));
        let decision = limiter.take(&somebody).await.unwrap()[0];
        let interval = five.quota.interval();
        assert!(decision.retry_after <= interval, "{back} s: {decision:?}");
        assert!(decision.reset <= five.quota.window, "{back} s: {decision:?}");
        clock.advance(Duration::from_secs(100_000));
    }
}

/// What both say to the same takes, at the same times.
struct Pair {
    redis: RedisLimiter,
    clock: Arc<StandingClock>,
    governor: GovernorLimiter<FakeRelativeClock>,
    relative: FakeRelativeClock,
}

impl Pair {
    fn new(redis: &Redis) -> Self {
        let (clock, relative) = (StandingClock::new(), FakeRelativeClock::default());
        Self {
            redis: redis.rate_limiter().with_clock(clock.clone()),
            governor: GovernorLimiter::with_clock(relative.clone()),
            clock,
            relative,
        }
    }

    fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.relative.advance(by);
    }

    async fn take(&self, asks: &[(Policy, LimitKey)]) -> [Vec<Decision>; 2] {
        let governor = self.governor.take(asks).now_or_never().unwrap();
        [self.redis.take(asks).await.unwrap(), governor.unwrap()]
    }
}

#[tokio::test]
async fn whatever_happens_redis_and_the_process_decide_alike() {
    let Some((redis, _, _keyspace)) = two().await else {
        return;
    };
    let policies = [
        policy(PolicyName::Default, 100, Duration::from_mins(15)),
        five(),
        policy(PolicyName::Account, 1, Duration::from_secs(2_000)),
        policy(PolicyName::Account, 7, Duration::from_millis(7_000_007)),
    ];
    let pair = Pair::new(&redis);
    let seed = getrandom::u64().unwrap();
    let mut dice = Dice(seed);
    for step in 0..1_500 {
        match dice.roll(4) {
            0 => pair.advance(Duration::from_micros(dice.roll(20_000_000))),
            1 => {
                let (policy, key) = (policies[dice.index(4)], key(dice.low(3)));
                pair.redis.give_back(policy, &key).await.unwrap();
                let given = pair.governor.give_back(policy, &key).now_or_never();
                given.unwrap().unwrap();
            }
            _ => {
                let asks: Vec<_> = (0..=dice.roll(3))
                    .map(|_| (policies[dice.index(4)], key(dice.low(3))))
                    .collect();
                let [redis, governor] = pair.take(&asks).await;
                assert_eq!(redis, governor, "step {step} of seed {seed}");
            }
        }
    }
}

/// Numbers that come again with their seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        // An LCG of Knuth's; its upper half is random enough.
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn index(&mut self, sides: u64) -> usize {
        usize::try_from(self.roll(sides)).unwrap()
    }

    fn low(&mut self, sides: u64) -> u32 {
        u32::try_from(self.roll(sides)).unwrap()
    }
}
