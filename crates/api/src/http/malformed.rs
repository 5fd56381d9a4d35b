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
    ("EOF while parsing an object", "the body ends within an object"),
    ("EOF while parsing a string", "the body ends within a string"),
    ("EOF while parsing a value", "the body ends where a value was expected"),
    ("expected `:`", "expected a colon"),
    ("expected `,` or `]`", "expected a comma or a bracket"),
    ("expected `,` or `}`", "expected a comma or a brace"),
    ("recursion limit exceeded", "nested too deeply"),
    ("expected ident", "expected true, false or null"),
    ("expected value", "expected a value"),
    ("key must be a string", "expected a key in double quotes"),
    ("trailing comma", "expected more after the comma"),
    ("trailing characters", "expected the end of the body"),
    ("invalid number", "malformed number"),
    ("number out of range", "number out of range"),
    ("invalid escape", "unknown escape in a string"),
    ("unexpected end of hex escape", "half of a surrogate pair in a string"),
    ("lone leading surrogate in hex escape", "half of a surrogate pair in a string"),
    ("control character", "control character in a string, where an escape was expected"),
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
            // Whatever a later parser may say.
            let what = known.map_or("this is no JSON", |(_, ours)| ours);
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
    let before: usize = lines.take(error.line().saturating_sub(1)).map(<[u8]>::len).sum();
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
mod tests;
