use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    marker::PhantomData,
};

use uuid::Uuid;

/// Names one `T`. Derived traits would ask them of `T` too.
pub struct Id<T>(Uuid, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// Wraps a UUID that came from [`crate::ports::Ids`] or from a store.
    pub const fn from_uuid(id: Uuid) -> Self {
        Self(id, PhantomData)
    }

    /// The UUID itself.
    pub const fn as_uuid(&self) -> Uuid {
        self.0
    }

    /// The id with these bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self::from_uuid(Uuid::from_bytes(bytes))
    }

    /// Reads the one spelling that clients are given: 36 characters, lower case, with hyphens.
    /// `Uuid::parse_str` takes four, and two spellings of one id would be two cache keys and two
    /// limits.
    pub fn parse(raw: &str) -> Option<Self> {
        let is_canonical = raw.len() == 36 && raw.bytes().all(|b| !b.is_ascii_uppercase());
        is_canonical.then(|| Uuid::try_parse(raw).ok()).flatten().map(Self::from_uuid)
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Id<T> {}

impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::UserId;

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
