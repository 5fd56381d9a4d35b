//! Where a body stops being a JSON object, and why: in words of ours, and never in the client's.

use std::fmt;

use serde_json::error::Category;

/// A fault in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// From 1.
    line: usize,
    /// In characters of the line, from 1.
    column: usize,
    what: &'static str,
}

/// What our own visitor says of a key that its object has already.
pub(super) const REPEATED_KEY: &str = "repeated key";

/// What the parser says, and what we do: its texts are no promise, and ours name no symbols that
/// look like something of the body.
const WORDS: [(&str, &str); 20] = [
    (REPEATED_KEY, REPEATED_KEY),
    ("EOF while parsing a list", "the body ends within an array"),
    (
        "EOF while parsing an object",
        "the body ends within an object",
    ),
    (
        "EOF while parsing a string",
        "the body ends within a string",
    ),
    (
        "EOF while parsing a value",
        "the body ends where a value was expected",
    ),
    ("expected `:`", "expected a colon"),
    ("expected `,` or `]`", "expected a comma or a bracket"),
    ("expected `,` or `}`", "expected a comma or a brace"),
    ("expected `\"`", "expected a quote"),
    ("expected ident", "expected true, false or null"),
    ("expected value", "expected a value"),
    ("key must be a string", "expected a key in double quotes"),
    ("trailing comma", "expected more after the comma"),
    ("trailing characters", "expected the end of the body"),
    ("invalid number", "malformed number"),
    ("number out of range", "number out of range"),
    ("invalid escape", "unknown escape in a string"),
    (
        "unexpected end of hex escape",
        "half of a surrogate pair in a string",
    ),
    (
        "lone leading surrogate in hex escape",
        "half of a surrogate pair in a string",
    ),
    (
        "control character",
        "control character in a string, where an escape was expected",
    ),
];

impl Malformed {
    /// Of a body that begins otherwise than an object does.
    pub(super) fn no_object(body: &[u8]) -> Self {
        Self::of_text(body).unwrap_or_else(|| {
            let is_blank = |b: &u8| b" \t\r\n".contains(b);
            let what = match body.iter().position(|b| !is_blank(b)) {
                Some(first) => return Self::at(body, first, "expected an object"),
                None => "the body is empty",
            };
            Self::at(body, 0, what)
        })
    }

    /// Of a body that the parser refused.
    pub(super) fn parsing(body: &[u8], error: &serde_json::Error) -> Self {
        Self::of_text(body).unwrap_or_else(|| {
            let said = error.to_string();
            let known = WORDS.iter().find(|(theirs, _)| said.starts_with(theirs));
            let what = match known {
                Some((_, ours)) => ours,
                None if said.starts_with("recursion") => "nested too deeply",
                None => "this is no JSON",
            };
            Self::at(body, place(body, error), what)
        })
    }

    /// Of bytes that are no text.
    fn of_text(body: &[u8]) -> Option<Self> {
        if body.starts_with(b"\xef\xbb\xbf") {
            let what = "a byte order mark, which JSON in UTF-8 has not";
            return Some(Self::at(body, 0, what));
        }
        let wrong = std::str::from_utf8(body).err()?;
        Some(Self::at(body, wrong.valid_up_to(), "this is not UTF-8"))
    }

    fn at(body: &[u8], index: usize, what: &'static str) -> Self {
        let lines = || body[..index].split(|b| *b == b'\n');
        let current = lines().next_back().unwrap_or_default();
        let is_first_byte = |b: &&u8| **b & 0xc0 != 0x80;
        Self {
            line: lines().count(),
            column: 1 + current.iter().filter(is_first_byte).count(),
            what,
        }
    }
}

/// The index of the byte at fault; the body's length when it ended too early. The parser counts
/// bytes up to and with the one at fault.
fn place(body: &[u8], error: &serde_json::Error) -> usize {
    if error.classify() == Category::Eof {
        return body.len();
    }
    let lines = body.split_inclusive(|b| *b == b'\n');
    let before: usize = lines
        .take(error.line().saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    let read = (before + error.column()).min(body.len());
    match error.classify() {
        // Ours: it is noticed behind the key, and the key is what is at fault.
        Category::Data => start_of_last_string(&body[..read]),
        _ => read.saturating_sub(1),
    }
}

fn start_of_last_string(read: &[u8]) -> usize {
    let quote = |bytes: &[u8]| bytes.iter().rposition(|b| *b == b'"');
    let mut start = quote(read).unwrap_or_default();
    while let Some(earlier) = quote(&read[..start]) {
        start = earlier;
        let escapes = read[..start].iter().rev().take_while(|b| **b == b'\\');
        if escapes.count() % 2 == 0 {
            break;
        }
    }
    start
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, what } = self;
        write!(f, "line {line}, column {column}: {what}")
    }
}

#[cfg(test)]
mod tests {
    use super::super::json::Object;

    fn told(body: &[u8]) -> String {
        Object::parse(body).expect_err("no object").to_string()
    }

    #[test]
    fn each_fault_has_its_place_and_words_of_ours() {
        for (body, expected) in [
            ("", "line 1, column 1: the body is empty"),
            (" \r\n\t", "line 1, column 1: the body is empty"),
            (
                "\u{feff}{}",
                "line 1, column 1: a byte order mark, which JSON in UTF-8 has not",
            ),
            ("[]", "line 1, column 1: expected an object"),
            ("\n null", "line 2, column 2: expected an object"),
            ("title=a", "line 1, column 1: expected an object"),
            ("{", "line 1, column 2: the body ends within an object"),
            (
                "{\"a\": [1,\n",
                "line 2, column 1: the body ends where a value was expected",
            ),
            (
                "{\"a\": [1",
                "line 1, column 9: the body ends within an array",
            ),
            (
                "{\"a\": \"x",
                "line 1, column 9: the body ends within a string",
            ),
            ("{\"title\" 1}", "line 1, column 10: expected a colon"),
            (
                "{\"a\":\"x\" \"b\":1}",
                "line 1, column 10: expected a comma or a brace",
            ),
            (
                "{\"a\":1\n\"b\":1}",
                "line 2, column 1: expected a comma or a brace",
            ),
            (
                "{\"a\":[1 2]}",
                "line 1, column 9: expected a comma or a bracket",
            ),
            (
                "{\"a\":nul1}",
                "line 1, column 9: expected true, false or null",
            ),
            ("{\"a\":undefined}", "line 1, column 6: expected a value"),
            ("{\"é\":“x”}", "line 1, column 6: expected a value"),
            (
                "{'a':1}",
                "line 1, column 2: expected a key in double quotes",
            ),
            (
                "{\"a\":1,}",
                "line 1, column 8: expected more after the comma",
            ),
            (
                "{\"a\":1} x",
                "line 1, column 9: expected the end of the body",
            ),
            ("{}\n{}", "line 2, column 1: expected the end of the body"),
            ("{\"a\":01}", "line 1, column 7: malformed number"),
            ("{\"a\":1.}", "line 1, column 8: malformed number"),
            ("{\"a\":1e400}", "line 1, column 10: number out of range"),
            (
                "{\"a\":\"\\x41\"}",
                "line 1, column 8: unknown escape in a string",
            ),
            (
                "{\"a\":\"\\u12\"}",
                "line 1, column 12: unknown escape in a string",
            ),
            (
                "{\"a\":\"\\ud800\"}",
                "line 1, column 13: half of a surrogate pair in a string",
            ),
            (
                "{\"a\":\"\\ud800\\u0041\"}",
                "line 1, column 18: half of a surrogate pair in a string",
            ),
            (
                "{\"a\":\"b\nc\"}",
                "line 1, column 8: control character in a string, where an escape was expected",
            ),
        ] {
            assert_eq!(told(body.as_bytes()), expected, "{body:?}");
        }
        assert_eq!(
            told(b"{\"a\":\"\xc3\xa9\xff\"}"),
            "line 1, column 8: this is not UTF-8"
        );
        let deep = format!("{{\"a\":{}", "[".repeat(500));
        assert_eq!(
            told(deep.as_bytes()),
            "line 1, column 132: nested too deeply"
        );
    }

    #[test]
    fn a_repeated_key_is_shown_where_it_begins() {
        for (body, expected) in [
            ("{\"a\":1,\"a\":2}", "line 1, column 8: repeated key"),
            (
                "{\"a\":1,\n \"\\u0061\" : 2}",
                "line 2, column 2: repeated key",
            ),
            (
                "{\"x\":[{\"a\":1,\"a\":1}]}",
                "line 1, column 14: repeated key",
            ),
            (
                "{\"q\\\"\":1,\"q\\\"\":1}",
                "line 1, column 10: repeated key",
            ),
            ("{\"q\\\\\":1,\"q\\\\\"}", "line 1, column 10: repeated key"),
        ] {
            assert_eq!(told(body.as_bytes()), expected, "{body:?}");
        }
    }

    #[test]
    fn nothing_that_was_sent_is_said_again() {
        for body in [
            "{\"secret\":secret}",
            "{\"secret\":\"\\secret\"}",
            "secret",
            "{secret",
        ] {
            assert!(!told(body.as_bytes()).contains("secret"), "{body}");
        }
    }
}
