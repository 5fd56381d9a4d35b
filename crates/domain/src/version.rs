/// Counts the visible states of one row, from 1. What a resource does not show (its password, its
/// tokens) makes no new version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version(i64);

impl Version {
    /// The version of a new row.
    pub const FIRST: Self = Self(1);

    /// A version as it is stored.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// The number that is stored.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The version after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// Tells the states of a resource apart, as they are shown: when it is the same, so is what clients
/// see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntityTag {
    /// The resource's own version.
    pub own: Version,
    /// The version of what it shows of another one.
    pub shown: Option<Version>,
}
