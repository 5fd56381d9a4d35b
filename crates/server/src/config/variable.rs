//! What a configuration variable is.

use super::types::Environment;

/// What a variable is when nobody sets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Default {
    /// This text, read like one that was set.
    Value(&'static str),
    /// The same, but for one environment.
    Except(Environment, &'static str, &'static str),
    /// Something that depends on other things, in words.
    Derived(&'static str),
    /// Nothing: what it stands for is off or absent.
    None,
}

impl Default {
    /// The text that is read when nobody set one.
    pub fn in_environment(self, environment: Environment) -> Option<&'static str> {
        match self {
            Self::Value(text) => Some(text),
            Self::Except(exception, there, _) if exception == environment => Some(there),
            Self::Except(_, _, elsewhere) => Some(elsewhere),
            Self::Derived(_) | Self::None => None,
        }
    }

    /// The same in words.
    pub fn described(self) -> String {
        match self {
            Self::Value(text) => format!("`{text}`"),
            Self::Except(environment, there, elsewhere) => {
                let environment = format!("{environment:?}").to_lowercase();
                format!("`{there}` in {environment}, else `{elsewhere}`")
            }
            Self::Derived(words) => words.to_owned(),
            Self::None => "none".to_owned(),
        }
    }
}

/// How much of a value may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// All of it.
    Plain,
    /// All of it to whoever asks for the configuration. A violation, which may end in a log, leaves
    /// it out.
    Personal,
    /// All but the password within it, and nothing in a violation.
    Url,
    /// Nothing.
    Secret,
}

/// A variable without its type: what lists of all of them hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name, in capitals, everywhere the same.
    pub name: &'static str,
    /// What it is when nobody sets it.
    pub default: Default,
    /// How much of its value may be shown.
    pub visibility: Visibility,
    /// One line about it.
    pub doc: &'static str,
    /// True when an empty value means something of its own.
    pub empty_is_set: bool,
}

/// A variable with the door through which its text becomes a value.
#[derive(Debug)]
pub struct Variable<T: 'static> {
    /// All but the type.
    pub row: Row,
    /// Reads the text; the error ends the sentence "NAME …".
    pub parse: fn(&str) -> Result<T, String>,
}

impl Row {
    /// The value in the form in which it may be shown.
    pub fn shown(&self, value: &str) -> String {
        match self.visibility {
            Visibility::Plain | Visibility::Personal => value.to_owned(),
            Visibility::Secret => "(hidden)".to_owned(),
            Visibility::Url => without_password(value),
        }
    }
}

/// A URL without what stands before its last `@`, and without a query that holds a password. Made
/// for text that may not be a URL at all.
fn without_password(value: &str) -> String {
    let (scheme, rest) = value.split_once("://").unwrap_or(("", value));
    let shown = match rest.rsplit_once('@') {
        Some((_, place)) => format!("{scheme}://(hidden)@{place}"),
        None => value.to_owned(),
    };
    match shown.split_once('?') {
        Some((address, query)) if query.to_ascii_lowercase().contains("pass") => {
            format!("{address}?(hidden)")
        }
        _ => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_its_password() {
        assert_eq!(
            without_password("postgres://basalt:se@cret@db:5432/x"),
            "postgres://(hidden)@db:5432/x"
        );
        assert_eq!(
            without_password("postgres://db/x?user=basalt&password=secret"),
            "postgres://db/x?(hidden)"
        );
        for plain in ["sqlite://data/x.db", "sqlite://data/x.db?mode=rwc"] {
            assert_eq!(without_password(plain), plain);
        }
    }
}
