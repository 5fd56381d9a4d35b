//! Values at each limit of a schema and one past it, and what is odd in other ways.

use serde_json::{Value, json};

/// Characters at which patterns, `trim` and regular expressions tend to differ.
const ODD: [char; 26] = [
    '\0',
    '\u{1}',
    '\u{8}',
    '\t',
    '\n',
    '\u{b}',
    '\u{c}',
    '\r',
    '\u{e}',
    '\u{1c}',
    '\u{1f}',
    ' ',
    '\u{7f}',
    '\u{80}',
    '\u{85}',
    '\u{9f}',
    '\u{a0}',
    '\u{ad}',
    '\u{1680}',
    '\u{180e}',
    '\u{2003}',
    '\u{200b}',
    '\u{2028}',
    '\u{3000}',
    '\u{feff}',
    '\u{10ffff}',
];

/// Addresses of every kind.
const ADDRESSES: [&str; 37] = [
    "a@b.co",
    " a@b.co ",
    "\t a@b.co\n",
    "\u{3000}a@b.co\u{2003}",
    "A.B+C@SUB.Example.COM",
    "o'brien!#$%&*/=?^_`{|}~-@example.org",
    "a@1-2.3",
    "a@b.c.d.e.f",
    "a@xn--exmple-cua.com",
    "a@b",
    "a@b.",
    "a@.b",
    "a@b..c",
    "a@-b.c",
    "a@b-.c",
    "a@b.-c",
    "a@b_c.d",
    "a@@b.c",
    "a@b@c.d",
    "@b.c",
    "a@",
    "@",
    ".a@b.c",
    "a.@b.c",
    "a..b@c.d",
    "\"a\"@b.c",
    "a b@c.d",
    "a@b c.d",
    "a@[127.0.0.1]",
    "a,b@c.d",
    "a(b)@c.d",
    "ä@b.c",
    "a@ä.c",
    "a\\b@c.d",
    // ASCII by NFKC, or in lower case.
    "ａ@b.c",
    "a@b．c",
    "\u{212a}@b.c",
];

/// Texts for a property with this schema.
pub(super) fn texts(schema: &Value) -> Vec<String> {
    let limit = |name: &str| schema[name].as_u64().and_then(|n| usize::try_from(n).ok());
    // The limits of lines stand in their patterns; these are all there are.
    let mut lengths = vec![0, 1, 2, 99, 100, 101, 199, 200, 201, 1_024, 1_025];
    for edge in [limit("minLength"), limit("maxLength")].into_iter().flatten() {
        lengths.extend([edge.saturating_sub(1), edge, edge + 1]);
    }
    lengths.sort_unstable();
    lengths.dedup();
    let mut texts = Vec::new();
    for length in lengths {
        texts.push("a".repeat(length));
        texts.push("😀".repeat(length));
        if length > 1 {
            texts.push(format!("  {} ", "x".repeat(length)));
            texts.push(format!("a{}b", " ".repeat(length - 2)));
        }
    }
    for odd in ODD {
        texts.push(odd.to_string());
        texts.push(odd.to_string().repeat(10));
        texts.push(format!("{odd}long enough"));
        texts.push(format!("long enough{odd}"));
        texts.push(format!("long{odd}enough"));
    }
    texts.extend(addresses());
    texts
}

/// Addresses, and the longest there are.
pub(super) fn addresses() -> Vec<String> {
    let mut addresses: Vec<_> = ADDRESSES.map(str::to_owned).to_vec();
    for local in [63, 64, 65] {
        addresses.push(format!("{}@example.com", "l".repeat(local)));
    }
    for label in [62, 63, 64] {
        addresses.push(format!("a@{}.com", "d".repeat(label)));
        addresses.push(format!("a@b.{}", "d".repeat(label)));
    }
    for whole in [253, 254, 255] {
        let label = "d".repeat(63);
        let fixed = format!("{}@{label}.{label}.", "l".repeat(64));
        addresses.push(format!("{fixed}{}", "e".repeat(whole - fixed.len())));
        addresses.push(format!("  {fixed}{} ", "f".repeat(whole - fixed.len())));
    }
    addresses
}

/// Values of every JSON type.
pub(super) fn other_types() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(1),
        json!(-1.5),
        json!([]),
        json!(["text"]),
        json!({}),
        json!({"text": "text"}),
        json!("true"),
        json!("USER"),
        json!("ADMIN"),
        json!("user"),
        json!(" USER"),
    ]
}
