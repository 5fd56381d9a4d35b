//! Rules that all texts share.

use crate::{FieldCode, Invalid, fold};

/// Cuts blanks (Unicode `White_Space`) at both ends and checks what is left: not empty, no control
/// character, at most `max` Unicode scalar values. `what` starts the message: `Name is required`.
pub(crate) fn parse_line(raw: &str, what: &str, max: usize) -> Result<String, Invalid> {
    let line = raw.trim();
    if line.is_empty() {
        return Err(Invalid::new(FieldCode::Required, format!("{what} is required")));
    }
    if line.chars().any(char::is_control) {
        return Err(control_characters(what));
    }
    if line.chars().nth(max).is_some() {
        return Err(too_long(what, max));
    }
    Ok(line.to_owned())
}

pub(crate) fn control_characters(what: &str) -> Invalid {
    Invalid::new(
        FieldCode::InvalidCharacters,
        format!("{what} must not contain control characters"),
    )
}

pub(crate) fn too_long(what: &str, max: usize) -> Invalid {
    Invalid::new(FieldCode::TooLong, format!("{what} must be at most {max} characters"))
}

/// What a search looks for, folded as the stored texts are: see [`fold`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SearchTerm(String);

impl SearchTerm {
    /// `None` for an empty search, which is none.
    pub fn parse(raw: &str) -> Result<Option<Self>, Invalid> {
        if raw.chars().any(char::is_control) {
            return Err(control_characters("Search"));
        }
        Ok((!raw.is_empty()).then(|| Self(fold(raw))))
    }

    /// The folded text to look for, to be taken literally: `%`, `_` and `\` are themselves.
    pub fn as_folded(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_empty_search_is_none_and_blanks_are_a_search() {
        assert_eq!(SearchTerm::parse(""), Ok(None));
        assert_eq!(SearchTerm::parse(" ").unwrap().unwrap().as_folded(), " ");
    }

    #[test]
    fn a_search_with_nul_is_refused() {
        let refused = SearchTerm::parse("a\0b").unwrap_err();
        assert_eq!(refused.code, FieldCode::InvalidCharacters);
    }

    proptest! {
        #[test]
        fn a_search_is_folded_once_and_for_all(raw in any::<String>()) {
            if let Ok(Some(term)) = SearchTerm::parse(&raw) {
                prop_assert_eq!(SearchTerm::parse(term.as_folded()), Ok(Some(term)));
            }
        }
    }
}
