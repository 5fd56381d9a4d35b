use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use async_trait::async_trait;
use basalt_domain::{
    Decision, LimitKey, Policy, Quota,
    ports::{Clock, RateLimiter, StoreError},
};
use deadpool_redis::redis::Script;

use super::{Redis, connections::Request, keys::PULSE, millis};
use crate::decisions::{DecisionStore, count};

static TAKE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/take.lua")));
static GIVE_BACK: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("scripts/give_back.lua")));

/// The longest window that is counted, so that all times stay whole numbers in a script.
const MAX_WINDOW: Duration = Duration::from_hours(10 * 366 * 24);

/// A [`RateLimiter`] whose units all processes take from: one script for all policies of a take.
///
/// It counts as [`GovernorLimiter`](crate::memory::GovernorLimiter) does, by the time of Redis, so
/// that clocks of processes may differ. Processes have to agree on the secret: see
/// [`RedisOptions`](super::RedisOptions).
pub struct RedisLimiter {
    redis: Redis,
    /// Instead of the time of Redis.
    clock: Option<Arc<dyn Clock>>,
}

impl RedisLimiter {
    pub(super) fn new(redis: Redis) -> Self {
        Self { redis, clock: None }
    }

    /// Goes by `clock` instead of the time of Redis, for tests.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock: Some(clock), ..self }
    }

    /// False while asking is pointless.
    pub(super) fn is_up(&self) -> bool {
        self.redis.is_up()
    }

    /// Nothing makes the script ask Redis.
    pub(super) fn now(&self) -> String {
        let now = self.clock.as_ref().map(|clock| clock.now().as_micros());
        now.map_or_else(String::new, |now| now.to_string())
    }
}

impl Redis {
    /// Finds out whether Redis takes writes, by the one of every request. A `PING` may be answered
    /// by one that is full, and may be one that this user is not allowed.
    pub(super) async fn pulse(&self) -> Result<(), StoreError> {
        self.call::<Vec<u64>>(&pulse()).await.map(drop)
    }
}

/// A unit of a policy that is never used up.
pub(super) fn pulse() -> Request<'static> {
    const TOLERANCE: Duration = Duration::from_secs(1);
    let mut script = TAKE.key(PULSE);
    script.arg("").arg(1).arg(millis(TOLERANCE) * 1_000);
    Request::Script(script)
}

#[async_trait]
impl RateLimiter for RedisLimiter {
    async fn take(&self, asks: &[(Policy, LimitKey)]) -> Result<Vec<Decision>, StoreError> {
        if asks.is_empty() {
            return Ok(Vec::new());
        }
        let mut script = TAKE.arg(self.now());
        for (policy, key) in asks {
            let Emission { interval, tolerance } = Emission::of(policy.quota);
            script.key(self.redis.0.keys.limit(*policy, key));
            script.arg(interval).arg(tolerance);
        }
        let answer: Vec<u64> = self.redis.call(&Request::Script(script)).await?;
        let verdicts = answer.as_chunks().0.iter();
        let decisions = asks.iter().zip(verdicts).map(|((policy, _), verdict)| {
            let decision = decision(*policy, *verdict);
            count(DecisionStore::Redis, &decision);
            decision
        });
        Ok(decisions.collect())
    }

    async fn give_back(&self, policy: Policy, key: &LimitKey) -> Result<(), StoreError> {
        let mut script = GIVE_BACK.key(self.redis.0.keys.limit(policy, key));
        script.arg(self.now());
        script.arg(Emission::of(policy.quota).interval);
        self.redis.call(&Request::Script(script)).await
    }
}

fn decision(policy: Policy, [allowed, remaining, reset, retry_after]: [u64; 4]) -> Decision {
    Decision {
        policy,
        allowed: allowed == 1,
        remaining: u32::try_from(remaining).unwrap_or(u32::MAX),
        reset: Duration::from_micros(reset),
        retry_after: Duration::from_micros(retry_after),
    }
}

/// A quota in microseconds.
struct Emission {
    /// Until one unit is back.
    interval: u64,
    /// Until all units but one are back.
    tolerance: u64,
}

impl Emission {
    fn of(quota: Quota) -> Self {
        let units = quota.units.max(1);
        let interval = (quota.window.min(MAX_WINDOW) / units).as_micros();
        let interval = u64::try_from(interval).expect("ten years fit").max(1);
        Self { interval, tolerance: interval * u64::from(units - 1) }
    }
}
