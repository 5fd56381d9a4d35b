use std::fmt;

use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that came from [`crate::ports::Ids`] or from a store.
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The UUID itself.
            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }

            /// The id with these bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// Reads the one spelling that clients are given: lower case, with hyphens.
            pub fn parse(raw: &str) -> Option<Self> {
                parse_id(raw).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }
    };
}

id!(
    /// Names a user.
    UserId
);
id!(
    /// Names a post.
    PostId
);
id!(
    /// Names a token (the `jti` claim).
    TokenId
);

/// Reads a UUID in its one spelling: 36 characters, lower case, hyphens. `Uuid::parse_str` takes
/// four spellings, and two spellings of one id would be two cache keys and two limits.
pub fn parse_id(raw: &str) -> Option<Uuid> {
    let is_canonical = raw.len() == 36 && raw.bytes().all(|b| !b.is_ascii_uppercase());
    is_canonical.then(|| Uuid::try_parse(raw).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = "018f2b6e-7c2a-7b3c-9d4e-5f60718293a4";
        assert_eq!(UserId::parse(id).unwrap().to_string(), id);
        for other in [
            "018F2B6E-7C2A-7B3C-9D4E-5F60718293A4",
            "018f2b6e7c2a7b3c9d4e5f60718293a4",
            "{018f2b6e-7c2a-7b3c-9d4e-5f60718293a4}",
            "urn:uuid:018f2b6e-7c2a-7b3c-9d4e-5f60718293a4",
            "018f2b6e-7c2a-7b3c-9d4e-5f60718293a",
            "",
        ] {
            assert_eq!(UserId::parse(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn what_is_no_id_is_refused_and_what_is_one_comes_back(bytes in any::<[u8; 16]>(), raw in any::<String>()) {
            let id = UserId::from_bytes(bytes);
            prop_assert_eq!(UserId::parse(&id.to_string()), Some(id));
            if let Some(parsed) = UserId::parse(&raw) {
                prop_assert_eq!(parsed.to_string(), raw);
            }
        }
    }
}
