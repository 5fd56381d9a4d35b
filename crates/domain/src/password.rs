use std::fmt;

use crate::{
    FieldCode, Invalid,
    text::{control_characters, too_long},
};

/// What a new password must be.
#[derive(Clone, Copy)]
pub struct PasswordPolicy {
    /// The fewest Unicode scalar values.
    pub min_chars: usize,
    /// Tells the most common passwords, compared without case; `None` lets them pass.
    pub is_common: Option<fn(&str) -> bool>,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self { min_chars: 8, is_common: None }
    }
}

/// A password that somebody chooses. Its text is in no `Debug` output and no error.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// The most Unicode scalar values a password has. It bounds the input, not the strength:
    /// Argon2id reads all of it.
    pub const MAX_CHARS: usize = 128;

    /// Checks `raw` against the policy and keeps it as it is. No composition rules (NIST SP
    /// 800-63B, 3.1.1.2).
    pub fn parse(raw: &str, policy: &PasswordPolicy) -> Result<Self, Invalid> {
        let min = policy.min_chars;
        if raw.chars().any(char::is_control) {
            return Err(control_characters("Password"));
        }
        if raw.chars().count() < min {
            return Err(Self::too_short(min));
        }
        if raw.chars().nth(Self::MAX_CHARS).is_some() {
            return Err(too_long("Password", Self::MAX_CHARS));
        }
        if policy.is_common.is_some_and(|is_common| is_common(raw)) {
            return Err(Invalid::new(
                FieldCode::TooCommon,
                "Password is among the most common ones",
            ));
        }
        Ok(Self(raw.to_owned()))
    }

    /// What a password with fewer than `min` characters is told.
    pub fn too_short(min: usize) -> Invalid {
        Invalid::new(FieldCode::TooShort, format!("Password must be at least {min} characters"))
    }

    /// The password itself, for the hasher.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// A password that somebody offers at login. Only a stored hash can tell whether it is right, so
/// nothing is asked of its form but that it is not empty.
#[derive(Clone, PartialEq, Eq)]
pub struct CandidatePassword(String);

impl CandidatePassword {
    /// A longer one can't be anybody's password and is not worth a hash.
    pub const MAX_CHARS: usize = 1_024;

    /// Refuses only the empty password.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        if raw.is_empty() {
            return Err(Invalid::new(FieldCode::TooShort, "Password is required"));
        }
        Ok(Self(raw.to_owned()))
    }

    /// True when it is so long that it can be refused without hashing.
    pub fn is_hopeless(&self) -> bool {
        self.0.chars().nth(Self::MAX_CHARS).is_some()
    }

    /// The password itself, for the hasher.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CandidatePassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CandidatePassword(…)")
    }
}

/// A stored hash in PHC or bcrypt form, as the hasher wrote it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Wraps what a hasher made or a store holds.
    pub fn from_stored(hash: impl Into<String>) -> Self {
        Self(hash.into())
    }

    /// The text to store.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(raw: &str, policy: &PasswordPolicy) -> FieldCode {
        Password::parse(raw, policy).unwrap_err().code
    }

    #[test]
    fn eight_to_a_hundred_and_twenty_eight_characters_of_any_kind() {
        let policy = PasswordPolicy::default();
        assert!(Password::parse("pässword", &policy).is_ok());
        assert!(Password::parse(&"x".repeat(128), &policy).is_ok());
        assert_eq!(code("1234567", &policy), FieldCode::TooShort);
        assert_eq!(code("", &policy), FieldCode::TooShort);
        assert_eq!(code(&"x".repeat(129), &policy), FieldCode::TooLong);
        assert_eq!(code("a\0", &policy), FieldCode::InvalidCharacters);
    }

    #[test]
    fn the_message_tells_the_length_in_force() {
        let policy = PasswordPolicy { min_chars: 12, ..PasswordPolicy::default() };
        let refused = Password::parse("short", &policy).unwrap_err();
        assert_eq!(refused.message, "Password must be at least 12 characters");
    }

    #[test]
    fn common_passwords_are_refused_only_when_asked() {
        let strict = PasswordPolicy {
            is_common: Some(|raw| raw.eq_ignore_ascii_case("password123")),
            ..PasswordPolicy::default()
        };
        assert!(Password::parse("password123", &PasswordPolicy::default()).is_ok());
        assert_eq!(code("Password123", &strict), FieldCode::TooCommon);
    }

    #[test]
    fn no_debug_output_holds_a_password() {
        let policy = PasswordPolicy::default();
        let shown = format!(
            "{:?} {:?} {:?}",
            Password::parse("hunter2hunter2", &policy).unwrap(),
            CandidatePassword::parse("hunter2").unwrap(),
            PasswordHash::from_stored("hunter2")
        );
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    proptest! {
        #[test]
        fn length_alone_decides_on_printable_text(raw in "\\PC{0,140}") {
            let is_long_enough = (8..=Password::MAX_CHARS).contains(&raw.chars().count());
            let parsed = Password::parse(&raw, &PasswordPolicy::default());
            prop_assert_eq!(parsed.is_ok(), is_long_enough);
        }

        #[test]
        fn every_password_that_can_be_chosen_can_be_offered(raw in any::<String>()) {
            if Password::parse(&raw, &PasswordPolicy::default()).is_ok() {
                let offered = CandidatePassword::parse(&raw).unwrap();
                prop_assert!(!offered.is_hopeless());
            }
        }
    }
}
