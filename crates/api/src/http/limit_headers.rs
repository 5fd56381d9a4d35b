//! The headers that tell a client how much it may still ask: the `RateLimit` fields of
//! draft-ietf-httpapi-ratelimit-headers, and the three older ones that clients know.

use std::{fmt::Write, time::Duration};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use basalt_domain::{Decision, Policy, PolicyName};

use crate::LimitPolicies;

static LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
static REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
static RESET: HeaderName = HeaderName::from_static("ratelimit-reset");
static POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
static RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Values that stay the same for a policy, made once: most requests ask the default one alone.
pub struct PolicyHeaders {
    default: Option<(HeaderValue, HeaderValue)>,
}

impl PolicyHeaders {
    /// Prepares the values for the default policy.
    pub fn new(limits: &LimitPolicies) -> Self {
        let values = |policy: Policy| {
            let limit = HeaderValue::from(policy.quota.units);
            (limit, text(&policy_item(&policy)))
        };
        Self { default: limits.default.map(values) }
    }

    /// Tells of all decisions, the policy with the fewest units left first.
    pub fn add(&self, headers: &mut HeaderMap, decisions: &[Decision]) {
        let Some(tightest) = decisions.iter().min_by_key(|d| d.remaining) else {
            return;
        };
        let reset = seconds(tightest.reset);
        headers.insert(REMAINING.clone(), tightest.remaining.into());
        headers.insert(RESET.clone(), reset.into());
        match (decisions, &self.default) {
            ([only], Some((limit, policy))) if only.policy.name == PolicyName::Default => {
                headers.insert(LIMIT.clone(), limit.clone());
                headers.insert(POLICY.clone(), policy.clone());
                headers.insert(RATE_LIMIT.clone(), text(&state_item(only)));
            }
            _ => {
                let mut sorted: Vec<_> = decisions.iter().collect();
                sorted.sort_by_key(|d| d.remaining);
                let list = |item: fn(&Decision) -> String| {
                    let items: Vec<_> = sorted.iter().map(|d| item(d)).collect();
                    text(&items.join(", "))
                };
                headers.insert(LIMIT.clone(), tightest.policy.quota.units.into());
                headers.insert(POLICY.clone(), list(|d| policy_item(&d.policy)));
                headers.insert(RATE_LIMIT.clone(), list(state_item));
            }
        }
        if let Some(refused) = decisions.iter().find(|d| !d.allowed) {
            headers.insert(RETRY_AFTER, seconds(refused.retry_after).max(1).into());
        }
    }
}

fn policy_item(policy: &Policy) -> String {
    let window = seconds(policy.quota.window);
    format!("\"{}\";q={};w={window}", policy.name.as_str(), policy.quota.units)
}

fn state_item(decision: &Decision) -> String {
    let mut item = String::with_capacity(48);
    let name = decision.policy.name.as_str();
    let (remaining, reset) = (decision.remaining, seconds(decision.reset));
    write!(item, "\"{name}\";r={remaining};t={reset}").expect("a string takes everything");
    item
}

/// Whole seconds, rounded up: a client that waits so long does not come too early.
fn seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

fn text(value: &str) -> HeaderValue {
    HeaderValue::from_str(value).expect("names and numbers are visible ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;
    use basalt_domain::Quota;

    fn decision(name: PolicyName, units: u32, remaining: u32, allowed: bool) -> Decision {
        let window = Duration::from_mins(15);
        Decision {
            policy: Policy { name, quota: Quota { units, window } },
            allowed,
            remaining,
            reset: Duration::from_millis(521_001),
            retry_after: Duration::from_millis(u64::from(!allowed)),
        }
    }

    fn headers(decisions: &[Decision]) -> impl Fn(&str) -> String + use<> {
        let limits = LimitPolicies {
            default: Some(decision(PolicyName::Default, 100, 0, true).policy),
            ..LimitPolicies::default()
        };
        let mut map = HeaderMap::new();
        PolicyHeaders::new(&limits).add(&mut map, decisions);
        move |name| map.get(name).map_or(String::new(), |v| v.to_str().unwrap().to_owned())
    }

    #[test]
    fn one_policy_is_told_in_all_five_headers() {
        let get = headers(&[decision(PolicyName::Default, 100, 42, true)]);
        assert_eq!(get("ratelimit-limit"), "100");
        assert_eq!(get("ratelimit-remaining"), "42");
        assert_eq!(get("ratelimit-reset"), "522");
        assert_eq!(get("ratelimit-policy"), "\"default\";q=100;w=900");
        assert_eq!(get("ratelimit"), "\"default\";r=42;t=522");
        assert_eq!(get("retry-after"), "");
    }

    #[test]
    fn of_several_policies_the_tightest_comes_first_and_a_refusal_says_when() {
        let get = headers(&[
            decision(PolicyName::Default, 100, 42, true),
            decision(PolicyName::Auth, 5, 0, false),
        ]);
        assert_eq!(get("ratelimit-limit"), "5");
        assert_eq!(get("ratelimit-policy"), "\"auth\";q=5;w=900, \"default\";q=100;w=900");
        assert_eq!(get("ratelimit"), "\"auth\";r=0;t=522, \"default\";r=42;t=522");
        assert_eq!(get("retry-after"), "1");
    }
}
