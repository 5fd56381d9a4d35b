use crate::{FieldCode, Invalid};

/// An e-mail address in the one form in which it is unique: trimmed and in lower case.
///
/// Valid is, in ASCII alone, a dot-atom of at most 64 characters, one `@`, and two or more labels of ASCII
/// letters, digits and inner hyphens: what RFC 5321 lets be delivered without quotes, address
/// literals or SMTPUTF8.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Email(String);

impl Email {
    /// The most characters an address has (RFC 5321, 4.5.3.1.3, less the angle brackets).
    pub const MAX_CHARS: usize = 254;
    /// The most characters before the `@` (RFC 5321, 4.5.3.1.1).
    pub const MAX_LOCAL_CHARS: usize = 64;
    /// The most characters of a label (RFC 1035, 2.3.4).
    pub const MAX_LABEL_CHARS: usize = 63;

    /// Normalises `raw` and checks the result.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let invalid = |code| Err(Invalid::new(code, "Valid email is required"));
        let email = raw.trim();
        if email.chars().any(char::is_control) {
            return invalid(FieldCode::InvalidCharacters);
        }
        if email.chars().nth(Self::MAX_CHARS).is_some() {
            return invalid(FieldCode::TooLong);
        }
        if !has_the_form_of_an_address(email) {
            return invalid(FieldCode::InvalidEmail);
        }
        Ok(Self(email.to_ascii_lowercase()))
    }

    /// The normalised address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn has_the_form_of_an_address(email: &str) -> bool {
    let Some((local, domain)) = email.split_once('@') else {
        return false;
    };
    local.len() <= Email::MAX_LOCAL_CHARS
        && local.split('.').all(is_atom)
        && domain.contains('.')
        && domain.split('.').all(is_label)
}

/// `atext` of RFC 5322, 3.2.3.
fn is_atom(atom: &str) -> bool {
    let is_atext = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    !atom.is_empty() && atom.bytes().all(is_atext)
}

fn is_label(label: &str) -> bool {
    (1..=Email::MAX_LABEL_CHARS).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_address_are_one_address() {
        let email = Email::parse("john@example.com").unwrap();
        for spelling in ["JOHN@Example.COM", " john@example.com\n"] {
            assert_eq!(Email::parse(spelling).unwrap(), email, "{spelling}");
        }
    }

    #[test]
    fn the_usual_and_the_longest_addresses_are_valid() {
        let longest_local = format!("{}@example.com", "a".repeat(64));
        let longest_label = format!("a@{}.com", "b".repeat(63));
        for valid in [
            "a@b.co",
            "first.last+tag@sub.example.com",
            "o'brien!#$%&*/=?^_`{|}~-@example.org",
            "a@1-2.3",
            &longest_local,
            &longest_label,
        ] {
            assert!(Email::parse(valid).is_ok(), "{valid}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long_local = format!("{}@example.com", "a".repeat(65));
        let long_label = format!("a@{}.com", "b".repeat(64));
        for invalid in [
            "",
            "invalid-email",
            "a@b",
            "@example.com",
            "a@",
            "a@@example.com",
            "a@b@example.com",
            ".a@example.com",
            "a.@example.com",
            "a..b@example.com",
            "\"a b\"@example.com",
            "a@[127.0.0.1]",
            "a@-b.com",
            "a@b-.com",
            "a@b..com",
            "a@b.com.",
            "a b@example.com",
            "ä@example.com",
            "a@exämple.com",
            // What would become ASCII by NFKC or by lower case.
            "ｊane@example.com",
            "jane＠example.com",
            "jane@example．com",
            "\u{212a}ate@example.com",
            &long_local,
            &long_label,
        ] {
            let refused = Email::parse(invalid).unwrap_err();
            assert_eq!(refused.code, FieldCode::InvalidEmail, "{invalid}");
            assert_eq!(refused.message, "Valid email is required");
        }
    }

    #[test]
    fn control_characters_and_length_have_their_own_codes() {
        let code = |raw: &str| Email::parse(raw).unwrap_err().code;
        assert_eq!(code("a\0@example.com"), FieldCode::InvalidCharacters);
        let label = format!(".{}", "b".repeat(63)).repeat(4);
        assert_eq!(code(&format!("a@c{label}")), FieldCode::TooLong);
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_accepted_again_unchanged(
            raw in "\\PC{0,4}[a-zA-Z.]{1,8}@[a-zA-Z.-]{1,12}\\PC{0,2}"
        ) {
            if let Ok(email) = Email::parse(&raw) {
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email));
            }
        }
    }
}
