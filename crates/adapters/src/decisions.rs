//! Counts what limiters decide.

use std::sync::OnceLock;

use basalt_domain::{Decision, PolicyName};
use metrics::Counter;

/// Where units are counted.
#[derive(Clone, Copy)]
pub(crate) enum DecisionStore {
    Redis,
    Process,
}

/// Counts a decision. Finding a counter by its labels costs more than counting, so each is looked
/// up once.
pub(crate) fn count(store: DecisionStore, decision: &Decision) {
    static COUNTERS: [OnceLock<Counter>; 12] = [const { OnceLock::new() }; 12];
    let policy = match decision.policy.name {
        PolicyName::Default => 0,
        PolicyName::Auth => 1,
        PolicyName::Account => 2,
    };
    let (place, store) = match store {
        DecisionStore::Redis => (0, "redis"),
        DecisionStore::Process => (1, "process"),
    };
    let counter = &COUNTERS[policy * 4 + place * 2 + usize::from(decision.allowed)];
    let counter = counter.get_or_init(|| {
        metrics::counter!(
            "basalt_rate_limit_decisions_total",
            "policy" => decision.policy.name.as_str(),
            "result" => if decision.allowed { "allowed" } else { "refused" },
            "store" => store,
        )
    });
    counter.increment(1);
}
