use crate::{Invalid, fold, text::parse_line};

/// A post's title: 1 to 200 characters without control characters, no blanks at the ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Title(String);

impl Title {
    /// The most Unicode scalar values a title has once trimmed.
    pub const MAX_CHARS: usize = 200;

    /// Trims `raw` and checks it.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        parse_line(raw, "Title", Self::MAX_CHARS).map(Self)
    }

    /// The title as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form for search and sorting.
    pub fn folded(&self) -> String {
        fold(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FieldCode;
    use proptest::prelude::*;

    #[test]
    fn a_title_has_at_most_two_hundred_characters_once_trimmed() {
        assert!(Title::parse(&format!("  {}  ", "x".repeat(200))).is_ok());
        let refused = Title::parse(&"x".repeat(201)).unwrap_err();
        assert_eq!(refused.code, FieldCode::TooLong);
    }

    #[test]
    fn a_title_with_a_line_end_inside_is_refused() {
        let refused = Title::parse("one\ntwo").unwrap_err();
        assert_eq!(refused.code, FieldCode::InvalidCharacters);
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_accepted_again_unchanged(raw in "\\s{0,2}\\PC{0,210}\\s{0,2}") {
            if let Ok(title) = Title::parse(&raw) {
                prop_assert!((1..=Title::MAX_CHARS).contains(&title.as_str().chars().count()));
                prop_assert_eq!(Title::parse(title.as_str()), Ok(title));
            }
        }
    }
}
