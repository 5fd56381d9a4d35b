use crate::{FieldCode, Invalid, Timestamp, UserId};

/// A client's name for one attempt to create something, chosen so that a repeat can be told from
/// a second attempt.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The most characters, without quotes.
    pub const MAX_CHARS: usize = 255;

    /// Reads 1 to 255 visible ASCII characters, bare or in double quotes (the same key; the quoted
    /// form is that of draft-ietf-httpapi-idempotency-key-header).
    pub fn parse(raw: &[u8]) -> Result<Self, Invalid> {
        let bare = match raw {
            [b'"', inner @ .., b'"'] => inner,
            bare => bare,
        };
        let refuse = |code, message| Err(Invalid::new(code, message));
        if bare.is_empty() {
            return refuse(FieldCode::Required, "Idempotency-Key must not be empty");
        }
        if !bare.iter().all(u8::is_ascii_graphic) {
            return refuse(
                FieldCode::InvalidCharacters,
                "Idempotency-Key must be visible ASCII characters",
            );
        }
        if bare.len() > Self::MAX_CHARS {
            return refuse(FieldCode::TooLong, "Idempotency-Key must be at most 255 characters");
        }
        Ok(Self(String::from_utf8_lossy(bare).into_owned()))
    }

    /// The key without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a key was used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// A registration.
    RegisterUser,
    /// A new post.
    CreatePost,
}

impl Operation {
    /// The operation as it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RegisterUser => "register_user",
            Self::CreatePost => "create_post",
        }
    }
}

/// Within what a key is unique. All anonymous callers of an operation share one scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyScope {
    /// Who uses the key.
    pub caller: Option<UserId>,
    /// For what.
    pub operation: Operation,
}

/// A keyed digest of a request's body: equal for equal bodies, and no help in guessing the
/// password that a registration holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

/// The answer that was given first, opaque to everything but the edge that gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer(pub Vec<u8>);

/// A key that was used, with what it led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyRecord {
    /// Within what the key is unique.
    pub scope: IdempotencyScope,
    /// The key.
    pub key: IdempotencyKey,
    /// The body it came with.
    pub fingerprint: Fingerprint,
    /// The first answer.
    pub answer: Answer,
    /// The record dies with this user.
    pub owner: UserId,
    /// From then on the key is free again.
    pub expires_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_quoted_key_and_a_bare_one_are_the_same() {
        let bare = IdempotencyKey::parse(b"a-1").unwrap();
        assert_eq!(IdempotencyKey::parse(b"\"a-1\"").unwrap(), bare);
    }

    #[test]
    fn keys_are_one_to_two_hundred_and_fifty_five_visible_ascii_characters() {
        assert!(IdempotencyKey::parse(&[b'x'; 255]).is_ok());
        let code = |raw: &[u8]| IdempotencyKey::parse(raw).unwrap_err().code;
        assert_eq!(code(&[b'x'; 256]), FieldCode::TooLong);
        assert_eq!(code(b""), FieldCode::Required);
        assert_eq!(code(b"\"\""), FieldCode::Required);
        assert_eq!(code(b"a b"), FieldCode::InvalidCharacters);
        assert_eq!(code("ä".as_bytes()), FieldCode::InvalidCharacters);
    }

    proptest! {
        #[test]
        fn a_key_is_visible_ascii_of_bounded_length(raw in any::<Vec<u8>>()) {
            if let Ok(key) = IdempotencyKey::parse(&raw) {
                prop_assert!((1..=IdempotencyKey::MAX_CHARS).contains(&key.as_str().len()));
                prop_assert!(key.as_str().bytes().all(|b| b.is_ascii_graphic()));
            }
        }
    }
}
