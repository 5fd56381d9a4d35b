use basalt_domain::Version;

/// Which state a change may start from (RFC 9110, 13.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum IfMatch {
    /// Nothing was said: the last write wins.
    #[default]
    Unset,
    /// Any state, as long as there is one.
    Any,
    /// One of these; none of them when a tag was not one of ours.
    Versions(Vec<Version>),
}

impl IfMatch {
    /// True when a resource at `version` may be changed.
    pub fn accepts(&self, version: Version) -> bool {
        match self {
            Self::Unset | Self::Any => true,
            Self::Versions(versions) => versions.contains(&version),
        }
    }
}
