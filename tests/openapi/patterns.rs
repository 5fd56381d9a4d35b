//! Patterns are read by every engine: by those that backtrack, and by those that never do.

use serde_json::{Value, json};

use super::candidates::texts;
use crate::support::Contract;

fn patterns(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| patterns(item, found)),
        Value::Object(members) => {
            if let Some(Value::String(pattern)) = members.get("pattern") {
                found.push(pattern.clone());
            }
            members.values().for_each(|member| patterns(member, found));
        }
        _ => {}
    }
}

#[tokio::test]
async fn each_pattern_says_the_same_to_engines_with_and_without_backtracking() {
    let contract = Contract::get().await;
    let mut found = Vec::new();
    patterns(&contract.document, &mut found);
    found.sort_unstable();
    found.dedup();
    assert!(found.len() >= 8, "{found:#?}");
    let mut texts = texts(&json!({"maxLength": 257}));
    texts.extend(["\"\"", "\"", "\"a\"", "\"\"\"", "a\n"].map(str::to_owned));
    for pattern in found {
        // What RE2 has no word for: looking around, references back, `\u`.
        let linear = regex::Regex::new(&pattern);
        let linear = linear.unwrap_or_else(|error| panic!("{pattern}: {error}"));
        assert!(!pattern.contains(r"\u"), "{pattern}");
        // What engines mean different things by.
        assert!(
            [r"\d", r"\w", r"\s", r"\b", "."].iter().all(|class| {
                let literal = pattern.replace(r"\.", "");
                !literal.contains(class)
            }),
            "{pattern}"
        );
        let ecma = contract.validator(&json!({"pattern": pattern}));
        for text in &texts {
            let (one, other) = (linear.is_match(text), ecma.is_valid(&json!(text)));
            assert_eq!(one, other, "{pattern}: {text:?}");
        }
    }
}
