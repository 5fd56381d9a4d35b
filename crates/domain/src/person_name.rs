use crate::{Invalid, fold, text::parse_line};

/// What a user is called: 1 to 100 characters without control characters, no blanks at the ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PersonName(String);

impl PersonName {
    /// The most Unicode scalar values a name has once trimmed.
    pub const MAX_CHARS: usize = 100;

    /// Trims `raw` and checks it.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        parse_line(raw, "Name", Self::MAX_CHARS).map(Self)
    }

    /// The name as it is shown.
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
    fn a_name_is_stored_trimmed() {
        assert_eq!(PersonName::parse("\t Ann Lee\u{a0}").unwrap().as_str(), "Ann Lee");
    }

    #[test]
    fn a_name_of_blanks_is_missing() {
        let refused = PersonName::parse(" \u{3000}\n").unwrap_err();
        assert_eq!(refused.code, FieldCode::Required);
        assert_eq!(refused.message, "Name is required");
    }

    #[test]
    fn length_counts_characters_and_not_bytes() {
        assert!(PersonName::parse(&"é".repeat(100)).is_ok());
        let refused = PersonName::parse(&"é".repeat(101)).unwrap_err();
        assert_eq!(refused.code, FieldCode::TooLong);
    }

    #[test]
    fn control_characters_are_refused_before_length_is_looked_at() {
        let refused = PersonName::parse(&"a\0".repeat(101)).unwrap_err();
        assert_eq!(refused.code, FieldCode::InvalidCharacters);
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_accepted_again_unchanged(raw in any::<String>()) {
            if let Ok(name) = PersonName::parse(&raw) {
                prop_assert_eq!(PersonName::parse(name.as_str()), Ok(name));
            }
        }
    }
}
