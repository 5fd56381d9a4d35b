//! `.env` as Node's dotenv reads it: a value is what stands there, and nothing is substituted. A
//! library that reads it so was not found: those there are put variables in the place of `$NAME`.

use std::collections::BTreeMap;

/// What a `.env` holds.
#[derive(Debug, Default)]
pub(super) struct Dotenv {
    pub(super) values: BTreeMap<String, String>,
    /// Lines that are none of it.
    pub(super) refused: Vec<Remark>,
    /// Lines that may mean something else than what was read.
    pub(super) doubtful: Vec<Remark>,
}

/// What is to be said about a line. It holds nothing of the line, which may be a secret.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Remark {
    /// Counted from 1.
    pub(super) line: usize,
    pub(super) text: &'static str,
}

const NO_ASSIGNMENT: &str = "is not NAME=value";
const NOT_CLOSED: &str = "begins with a quote that is closed nowhere";
const GOES_ON: &str = "goes on behind the quote that closes its value; put other quotes around it";
const CUT: &str = "ends at its #: what follows is read as a comment. If it is a part of the value, \
                   put quotes around the value; else put a blank before the #";

/// Reads the text of a `.env`. Of several lines with one name the last counts.
pub(super) fn read(text: &str) -> Dotenv {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut found = Dotenv::default();
    let (mut rest, mut line) = (text.as_str(), 1);
    while !rest.is_empty() {
        let taken = found.take(rest, line);
        line += rest[..taken].matches('\n').count();
        rest = &rest[taken..];
    }
    found
}

impl Dotenv {
    /// Takes the line, or the lines within quotes, that `rest` begins with; returns how long they
    /// are.
    fn take(&mut self, rest: &str, line: usize) -> usize {
        let end = rest.find('\n').map_or(rest.len(), |end| end + 1);
        let first = &rest[..end];
        if first.trim().is_empty() || first.trim_start().starts_with('#') {
            return end;
        }
        let Some((name, begin)) = name_of(first) else {
            self.refuse(line, NO_ASSIGNMENT);
            return end;
        };
        let value = first[begin..].trim_start();
        let opened = value.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
        let Some(quote) = opened else {
            self.take_unquoted(name, &first[begin..], line);
            return end;
        };
        let begin = end - value.len() + 1;
        match closing(&rest[begin..], quote) {
            Ok(length) => {
                let value = &rest[begin..begin + length];
                let value = match quote {
                    '"' => value.replace("\\n", "\n").replace("\\r", "\r"),
                    _ => value.to_owned(),
                };
                self.values.insert(name.to_owned(), value);
                let after = begin + length;
                rest[after..].find('\n').map_or(rest.len(), |end| after + end + 1)
            }
            Err(problem) => {
                self.refuse(line, problem);
                end
            }
        }
    }

    fn take_unquoted(&mut self, name: &str, value: &str, line: usize) {
        let value = match value.find('#') {
            Some(at) => {
                if !value[..at].ends_with(char::is_whitespace) {
                    self.doubtful.push(Remark { line, text: CUT });
                }
                &value[..at]
            }
            None => value,
        };
        self.values.insert(name.to_owned(), value.trim().to_owned());
    }

    fn refuse(&mut self, line: usize, text: &'static str) {
        self.refused.push(Remark { line, text });
    }
}

/// The name that a line gives a value to, and where the value begins.
fn name_of(line: &str) -> Option<(&str, usize)> {
    let bare = line.trim_start();
    let bare = match bare.strip_prefix("export") {
        Some(exported) if exported.starts_with([' ', '\t']) => exported.trim_start(),
        _ => bare,
    };
    let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let (name, rest) = bare.split_at(bare.find(|c| !is_of_a_name(c))?);
    let value = match rest.trim_start().strip_prefix('=') {
        Some(value) => value,
        None => rest.strip_prefix(':').filter(|it| it.starts_with(char::is_whitespace))?,
    };
    (!name.is_empty()).then_some((name, line.len() - value.len()))
}

/// How long a quoted value is. A quote behind a backslash closes it only if no other does.
fn closing(text: &str, quote: char) -> Result<usize, &'static str> {
    let mut last = Err(NOT_CLOSED);
    let mut candidates = Vec::new();
    for (at, _) in text.match_indices(quote) {
        candidates.push(at);
        if !text[..at].ends_with('\\') {
            last = Err(GOES_ON);
            break;
        }
    }
    let ends_its_line = |&at: &usize| {
        let behind = text[at + 1..].lines().next().unwrap_or_default().trim_start();
        behind.is_empty() || behind.starts_with('#')
    };
    candidates.into_iter().rev().find(ends_its_line).map_or(last, Ok)
}

#[cfg(test)]
mod tests;
