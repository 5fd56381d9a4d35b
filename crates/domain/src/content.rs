use crate::{
    FieldCode, Invalid, fold,
    text::{control_characters, too_long},
};

/// A post's text: 1 to 20,000 characters as sent, not only blanks, no control characters except
/// tab and line ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Content(String);

impl Content {
    /// The most Unicode scalar values a content has.
    pub const MAX_CHARS: usize = 20_000;

    /// Checks `raw` and keeps it as it is.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        if raw.trim().is_empty() {
            return Err(Invalid::new(FieldCode::Required, "Content is required"));
        }
        let is_refused = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
        if raw.chars().any(is_refused) {
            return Err(control_characters("Content"));
        }
        if raw.chars().nth(Self::MAX_CHARS).is_some() {
            return Err(too_long("Content", Self::MAX_CHARS));
        }
        Ok(Self(raw.to_owned()))
    }

    /// The text as it was sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form for search.
    pub fn folded(&self) -> String {
        fold(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn content_is_kept_as_sent_with_its_line_ends() {
        let raw = "  first\r\n\tsecond ";
        assert_eq!(Content::parse(raw).unwrap().as_str(), raw);
    }

    #[test]
    fn blank_too_long_and_control_characters_are_told_apart() {
        let code = |raw: &str| Content::parse(raw).unwrap_err().code;
        assert_eq!(code(" \n\t"), FieldCode::Required);
        assert_eq!(code(&"x".repeat(20_001)), FieldCode::TooLong);
        assert_eq!(code("a\0b"), FieldCode::InvalidCharacters);
        assert_eq!(code("a\u{85}b"), FieldCode::InvalidCharacters);
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_kept_as_sent(raw in any::<String>()) {
            if let Ok(content) = Content::parse(&raw) {
                prop_assert!(!raw.contains('\0') && !raw.trim().is_empty());
                prop_assert_eq!(content.as_str(), raw);
            }
        }
    }
}
