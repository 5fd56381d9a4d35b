//! Rate limits.

mod account;
mod addresses;
mod default;
mod guessing;
mod headers;
mod settings;

use crate::support::Answer;

/// The policies that an answer lists in `RateLimit`, with the units that remain.
fn remaining(answer: &Answer) -> Vec<(String, u64)> {
    let items = answer.header("ratelimit").split(", ").filter(|item| !item.is_empty());
    items
        .map(|item| {
            let (name, rest) = item.trim_start_matches('"').split_once('"').expect("a name");
            let r = rest.split(';').find_map(|p| p.strip_prefix("r="));
            (name.to_owned(), r.and_then(|r| r.parse().ok()).expect("a number"))
        })
        .collect()
}

/// What remains of one policy.
fn remaining_of(answer: &Answer, policy: &str) -> u64 {
    let all = remaining(answer);
    let found = all.iter().find(|(name, _)| name == policy);
    found.unwrap_or_else(|| panic!("{policy} was not asked: {all:?}")).1
}
