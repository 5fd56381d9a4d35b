use std::borrow::Cow;

/// Why a value was refused, in a closed list that clients may switch on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FieldCode {
    /// The field is not part of the input.
    Unknown,
    /// Missing, empty or blank.
    Required,
    /// Null, another JSON type, or an id that is none.
    InvalidType,
    /// Not in the list of what is allowed here.
    NotAllowed,
    /// Fewer characters than allowed.
    TooShort,
    /// More characters than allowed.
    TooLong,
    /// Not the form of an e-mail address.
    InvalidEmail,
    /// Among the most common passwords.
    TooCommon,
    /// Holds a character that no text may hold.
    InvalidCharacters,
    /// A number outside its range.
    OutOfRange,
}

impl FieldCode {
    /// Every code, in the order of the OpenAPI document.
    pub const ALL: [Self; 10] = [
        Self::Unknown,
        Self::Required,
        Self::InvalidType,
        Self::NotAllowed,
        Self::TooShort,
        Self::TooLong,
        Self::InvalidEmail,
        Self::TooCommon,
        Self::InvalidCharacters,
        Self::OutOfRange,
    ];

    /// The code as clients see it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Required => "required",
            Self::InvalidType => "invalid_type",
            Self::NotAllowed => "not_allowed",
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::InvalidEmail => "invalid_email",
            Self::TooCommon => "too_common",
            Self::InvalidCharacters => "invalid_characters",
            Self::OutOfRange => "out_of_range",
        }
    }
}

/// What is wrong with one value. Never holds the value itself: it may be a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// For programs.
    pub code: FieldCode,
    /// For people.
    pub message: Cow<'static, str>,
}

impl Invalid {
    /// A code with its message.
    pub fn new(code: FieldCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into() }
    }
}

/// One invalid field of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The field's name as the client knows it.
    pub field: String,
    /// What is wrong with it.
    pub invalid: Invalid,
}

/// All invalid fields of an input, one entry each, in the order they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Notes that `field` is invalid. The first finding about a field stays; later ones are
    /// dropped, so that each field has exactly one entry.
    pub fn push(&mut self, field: impl Into<String>, invalid: Invalid) {
        let field = field.into();
        if self.0.iter().all(|known| known.field != field) {
            self.0.push(Violation { field, invalid });
        }
    }

    /// Notes fields that are known to differ from each other and from all noted before: thousands
    /// of unknown fields must not cost a comparison of each with each.
    pub fn append_distinct(&mut self, more: impl IntoIterator<Item = Violation>) {
        self.0.extend(more);
    }

    /// Keeps the value of `result`, or notes what is wrong with `field`.
    pub fn keep<T>(&mut self, field: &str, result: Result<T, Invalid>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(invalid) => {
                self.push(field, invalid);
                None
            }
        }
    }

    /// True when nothing was found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entries, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Violations {
    type Item = &'a Violation;
    type IntoIter = std::slice::Iter<'a, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_has_one_entry_and_the_first_finding_wins() {
        let mut violations = Violations::default();
        violations.push("name", Invalid::new(FieldCode::Required, "first"));
        violations.push("name", Invalid::new(FieldCode::TooLong, "second"));
        let found: Vec<_> = violations.iter().map(|v| &*v.invalid.message).collect();
        assert_eq!(found, ["first"]);
    }
}
