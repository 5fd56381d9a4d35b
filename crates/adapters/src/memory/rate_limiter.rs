//! Limits counted in this process.

use std::{
    cell::Cell,
    num::NonZeroU32,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use basalt_domain::{
    Decision, LimitKey, Policy, PolicyName, Quota,
    ports::{RateLimiter, StoreError},
};
use governor::{
    clock::{Clock, DefaultClock, Reference},
    middleware::StateInformationMiddleware,
    nanos::Nanos,
    state::StateStore,
};

use super::arrivals::Arrivals;
use crate::decisions::{DecisionStore, count};

/// A [`RateLimiter`] on `governor`'s GCRA.
///
/// What `governor` ships can neither give a unit back nor forget single keys, and its limiters
/// know one quota each. So the state is our own: for each policy and key the *theoretical arrival
/// time*, the moment at which all units are there again.
pub struct GovernorLimiter<C: Clock = DefaultClock> {
    clock: C,
    origin: C::Instant,
    policies: [Arrivals; 3],
}

impl GovernorLimiter {
    /// A limiter by the machine's monotonic clock.
    pub fn new() -> Self {
        Self::with_clock(DefaultClock::default())
    }
}

impl Default for GovernorLimiter {
    fn default() -> Self {
        Self::new()
    }
}

impl<C: Clock> GovernorLimiter<C> {
    /// A limiter by another clock, such as `governor::clock::FakeRelativeClock`.
    pub fn with_clock(clock: C) -> Self {
        Self { origin: clock.now(), clock, policies: Default::default() }
    }

    /// Forgets the keys that have all their units. Taking does that too once the keys have become
    /// many; call this now and then so that a quiet server gives their memory back.
    pub fn sweep(&self) {
        let now = self.now();
        for arrivals in &self.policies {
            arrivals.sweep(now.as_u64());
        }
    }

    /// How many keys are remembered.
    pub fn len(&self) -> usize {
        self.policies.iter().map(Arrivals::len).sum()
    }

    /// True when no key is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn now(&self) -> Nanos {
        self.clock.now().duration_since(self.origin)
    }

    fn arrivals(&self, policy: PolicyName) -> &Arrivals {
        &self.policies[match policy {
            PolicyName::Default => 0,
            PolicyName::Auth => 1,
            PolicyName::Account => 2,
        }]
    }

    fn take_one(&self, policy: Policy, key: &LimitKey, now: Nanos) -> Decision {
        let quota = quota(policy.quota);
        let window = quota.replenish_interval() * quota.burst_size().get();
        let store = Remembering {
            arrivals: self.arrivals(policy.name),
            now,
            latest: now + window,
            arrival: Cell::new(now),
        };
        // A limiter is two numbers. Making one for each take lets the quota differ from take to
        // take, and all of them count from one origin.
        let limiter = Limiter::new(quota, &store, SetClock::default());
        limiter.clock().0.set(now);
        let taken = limiter.check_key(key);
        let arrival = store.arrival.get();
        let tolerance = quota.replenish_interval() * (quota.burst_size().get() - 1);
        Decision {
            policy,
            allowed: taken.is_ok(),
            remaining: taken.map_or(0, |state| state.remaining_burst_capacity()),
            reset: arrival.saturating_sub(now).into(),
            retry_after: arrival.saturating_sub(tolerance.into()).saturating_sub(now).into(),
        }
    }
}

#[async_trait]
impl<C> RateLimiter for GovernorLimiter<C>
where
    C: Clock + Send + Sync,
{
    async fn take(&self, asks: &[(Policy, LimitKey)]) -> Result<Vec<Decision>, StoreError> {
        let now = self.now();
        let mut decisions = Vec::with_capacity(asks.len());
        for (policy, key) in asks {
            let decision = self.take_one(*policy, key, now);
            count(DecisionStore::Process, &decision);
            decisions.push(decision);
            if !decision.allowed {
                break;
            }
        }
        Ok(decisions)
    }

    async fn give_back(&self, policy: Policy, key: &LimitKey) -> Result<(), StoreError> {
        // An arrival time in the past is a full account, so there is nothing to cut.
        let interval = Nanos::from(quota(policy.quota).replenish_interval());
        self.arrivals(policy.name).bring_forward(key, interval.as_u64());
        Ok(())
    }
}

/// The longest window that is counted. Nanoseconds since the start are kept in 64 bits.
const MAX_WINDOW: Duration = Duration::from_hours(10 * 366 * 24);

fn quota(quota: Quota) -> governor::Quota {
    let units = NonZeroU32::new(quota.units).unwrap_or(NonZeroU32::MIN);
    let interval = quota.window.min(MAX_WINDOW) / units.get();
    governor::Quota::with_period(interval.max(Duration::from_nanos(1)))
        .expect("the interval is not zero")
        .allow_burst(units)
}

/// Shows the time it is set to: one `take` looks at the clock once. It begins at the origin, which
/// is what a new limiter takes for its start.
#[derive(Default)]
struct SetClock(Cell<Nanos>);

impl Clock for SetClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.get()
    }
}

/// The arrival times of one policy, and the one that was seen or written last.
struct Remembering<'a> {
    arrivals: &'a Arrivals,
    now: Nanos,
    /// No take leads further ahead: a later time is of another quota, or of a clock that was set
    /// back since, and counts for nothing.
    latest: Nanos,
    arrival: Cell<Nanos>,
}

/// One whose answer to an allowed take says what is left.
type Limiter<'a> =
    governor::RateLimiter<LimitKey, &'a Remembering<'a>, SetClock, StateInformationMiddleware>;

impl StateStore for &Remembering<'_> {
    type Key = LimitKey;

    fn measure_and_replace<T, F, E>(&self, key: &LimitKey, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        self.arrivals.with(key, self.now.as_u64(), |arrival| self.replace(arrival, decide))
    }
}

impl Remembering<'_> {
    fn replace<T, F, E>(&self, arrival: &AtomicU64, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut known = arrival.load(Ordering::Acquire);
        loop {
            self.arrival.set(known.into());
            let is_believed = (1..=self.latest.as_u64()).contains(&known);
            let (answer, next) = decide(is_believed.then(|| known.into()))?;
            match arrival.compare_exchange_weak(
                known,
                next.as_u64(),
                Ordering::AcqRel,
                Ordering::Acquire,
            ) {
                Ok(_) => {
                    self.arrival.set(next);
                    return Ok(answer);
                }
                Err(other) => known = other,
            }
        }
    }
}

#[cfg(test)]
mod tests;
