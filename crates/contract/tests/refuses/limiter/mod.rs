//! Limiters that count wrongly.

pub(crate) mod proofs;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use basalt_contract::{TimedLimiter, advance_by};
use basalt_domain::{
    Decision, LimitKey, Policy, PolicyName, Quota,
    ports::{RateLimiter, StoreError},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// Looks whether a unit is there, and counts afterwards.
    CountsAfterwards,
    /// Counts the takes of a window that begins anew all at once.
    FixedWindow,
    /// Gives back without looking how many units there are.
    BackOverTheTop,
    /// Gives all units back instead of one.
    BackGivesAll,
    /// Gives nothing back.
    BackGivesNothing,
    /// Counts refused takes too.
    RefusalCosts,
    /// Believes a time that no take can have led to.
    BelievesAnyTime,
    /// Lets the units of a long rest add up.
    AddsUp,
    /// Asks every policy, whatever the first says.
    AsksAll,
    /// Counts all policies together.
    OnePot,
    /// Counts all keys together.
    OneKey,
    /// Tells the window where it should tell the time until the next unit.
    RetryIsWindow,
    /// Counts what was left before the take.
    RemainingBefore,
    /// Has one unit more than the policy.
    OneMore,
    /// Tells the window where it should tell the time until all units are there.
    ResetIsWindow,
    /// Takes it for an error to be asked for nothing.
    NothingIsError,
}

/// For each policy and key the moment, in nanoseconds, at which all units are there again.
type Arrivals = HashMap<(Option<PolicyName>, Option<LimitKey>), i128>;

struct Faulty {
    fault: Fault,
    now: Arc<AtomicU64>,
    arrivals: Mutex<Arrivals>,
}

fn nanos(duration: Duration) -> i128 {
    i128::try_from(duration.as_nanos()).expect("a short time")
}

fn duration(nanos: i128) -> Duration {
    Duration::from_nanos(u64::try_from(nanos.max(0)).expect("a short time"))
}

impl Faulty {
    fn slot(&self, policy: Policy, key: &LimitKey) -> (Option<PolicyName>, Option<LimitKey>) {
        let name = (self.fault != Fault::OnePot).then_some(policy.name);
        let key = (self.fault != Fault::OneKey).then(|| key.clone());
        (name, key)
    }

    fn now(&self) -> i128 {
        self.now.load(Ordering::SeqCst).into()
    }

    fn with_arrivals<T>(&self, work: impl FnOnce(&mut Arrivals) -> T) -> T {
        work(&mut self.arrivals.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn store(&self, arrivals: &mut Arrivals, policy: Policy, key: &LimitKey, at: i128) {
        let window = nanos(policy.quota.window);
        let at = match self.fault {
            Fault::FixedWindow => at - self.now() % window,
            _ => at,
        };
        arrivals.insert(self.slot(policy, key), at);
    }

    /// The moment at which all units are there again, as it counts now.
    fn arrival(&self, arrivals: &Arrivals, policy: Policy, key: &LimitKey) -> i128 {
        let now = self.now();
        let window = nanos(policy.quota.window);
        let believes = [Fault::BelievesAnyTime, Fault::RefusalCosts].contains(&self.fault);
        let stored = arrivals.get(&self.slot(policy, key)).copied();
        let stored = stored.filter(|at| believes || *at <= now + window);
        match self.fault {
            Fault::AddsUp => stored.unwrap_or(now),
            Fault::FixedWindow => {
                // Stored by the start of its window, so that it ends with it.
                let start = now / window * window;
                now + (stored.unwrap_or(start) - start).max(0)
            }
            // As far as it was given back, up to twice of all.
            Fault::BackOverTheTop => stored.unwrap_or(now).max(now - window),
            _ => stored.unwrap_or(now).max(now),
        }
    }

    async fn take_one(&self, policy: Policy, key: &LimitKey) -> Decision {
        let Quota { units, window } = policy.quota;
        let interval = nanos(policy.quota.interval());
        let more = u32::from(self.fault == Fault::OneMore);
        let tolerance = interval * i128::from(units - 1 + more);
        let now = self.now();
        let before = self.with_arrivals(|arrivals| {
            let before = self.arrival(arrivals, policy, key);
            let counts = before - now <= tolerance || self.fault == Fault::RefusalCosts;
            if counts && self.fault != Fault::CountsAfterwards {
                self.store(arrivals, policy, key, before + interval);
            }
            before
        });
        let allowed = before - now <= tolerance;
        if allowed && self.fault == Fault::CountsAfterwards {
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            self.with_arrivals(|arrivals| {
                let at = self.arrival(arrivals, policy, key);
                self.store(arrivals, policy, key, at + interval);
            });
        }
        let after = if allowed { before + interval } else { before };
        let counted = if self.fault == Fault::RemainingBefore { before } else { after };
        let remaining = (tolerance + interval - (counted - now)).max(0) / interval;
        let retry_after = duration(after - now - tolerance);
        Decision {
            policy,
            allowed,
            remaining: u32::try_from(remaining).expect("a small number"),
            reset: if self.fault == Fault::ResetIsWindow { window } else { duration(after - now) },
            retry_after: if self.fault == Fault::RetryIsWindow && !retry_after.is_zero() {
                window
            } else {
                retry_after
            },
        }
    }
}

#[async_trait]
impl RateLimiter for Faulty {
    async fn take(&self, asks: &[(Policy, LimitKey)]) -> Result<Vec<Decision>, StoreError> {
        if asks.is_empty() && self.fault == Fault::NothingIsError {
            return Err(StoreError::failed("a script with no keys"));
        }
        let mut decisions = Vec::new();
        for (policy, key) in asks {
            let decision = self.take_one(*policy, key).await;
            decisions.push(decision);
            if !decision.allowed && self.fault != Fault::AsksAll {
                break;
            }
        }
        Ok(decisions)
    }

    async fn give_back(&self, policy: Policy, key: &LimitKey) -> Result<(), StoreError> {
        let now = self.now();
        self.with_arrivals(|arrivals| {
            let at = self.arrival(arrivals, policy, key);
            let given = at - nanos(policy.quota.interval());
            let given = match self.fault {
                Fault::BackOverTheTop => given,
                Fault::BackGivesAll => now,
                Fault::BackGivesNothing => at,
                _ => given.max(now),
            };
            self.store(arrivals, policy, key, given);
        });
        Ok(())
    }
}

pub(crate) fn with(fault: Fault) -> impl AsyncFn() -> TimedLimiter + Sync {
    async move || {
        let now = Arc::new(AtomicU64::new(0));
        let limiter = Faulty { fault, now: Arc::clone(&now), arrivals: Mutex::default() };
        TimedLimiter {
            limiter: Arc::new(limiter),
            advance: advance_by(move |step| {
                let nanos = u64::try_from(step.as_nanos()).expect("a short time");
                now.fetch_add(nanos, Ordering::SeqCst);
            }),
        }
    }
}
