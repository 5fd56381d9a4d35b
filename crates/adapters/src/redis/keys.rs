use std::net::IpAddr;

use basalt_domain::{
    Direction, LimitKey, Policy, PostListKey, PostSortField, PostVisibility, UserId,
};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What only finds out whether Redis takes writes. All keys of limits have one hash tag, so that a
/// script may use several on a cluster.
pub(super) const PULSE: &str = "{basalt:limits}:pulse";
pub(super) const BALLAST: &str = "{basalt:limits}:ballast";

/// Names things in Redis without telling what they are.
pub(super) struct Keys(Hmac<Sha256>);

impl Keys {
    pub(super) fn new(secret: &[u8]) -> Self {
        let mut key = [0; 32];
        Hkdf::<Sha256>::new(None, secret)
            .expand(b"basalt keys in redis", &mut key)
            .expect("32 bytes are no more than HKDF gives");
        Self(Hmac::new_from_slice(&key).expect("HMAC takes keys of any length"))
    }

    /// The key of a page: the query alone, so that a page of a later version takes the place of the
    /// earlier one, and each page of a cluster may lie somewhere else.
    pub(super) fn page(&self, key: &PostListKey) -> String {
        let PostListKey { filter, sort, page } = key;
        let visibility = match &filter.visibility {
            PostVisibility::Published => ("p", None),
            PostVisibility::Drafts => ("d", None),
            PostVisibility::DraftsOf(author) => ("o", Some(author)),
        };
        let by = match sort.by {
            PostSortField::CreatedAt => "c",
            PostSortField::UpdatedAt => "u",
            PostSortField::Title => "t",
        };
        let direction = match sort.direction {
            Direction::Ascending => "+",
            Direction::Descending => "-",
        };
        // The search is last, since it is the only one that can hold anything.
        let parts = format!(
            "{}{}/{}/{by}{direction}/{}/{}/{}",
            visibility.0,
            optional(visibility.1),
            optional(filter.author.as_ref()),
            page.number(),
            page.limit(),
            filter
                .search
                .as_ref()
                .map_or_else(String::new, |term| format!("={}", term.as_folded())),
        );
        format!("{{basalt:posts:{}}}", self.hash(&[parts.as_bytes()]))
    }

    /// The key of somebody's units.
    pub(super) fn limit(&self, policy: Policy, key: &LimitKey) -> String {
        let hash = match key {
            LimitKey::User(user) => self.hash(&[b"user", user.as_uuid().as_bytes()]),
            LimitKey::Network(IpAddr::V4(v4)) => self.hash(&[b"ipv4", &v4.octets()]),
            LimitKey::Network(IpAddr::V6(v6)) => self.hash(&[b"ipv6", &v6.octets()]),
            LimitKey::Account(email) => self.hash(&[b"mail", email.as_str().as_bytes()]),
        };
        format!("{{basalt:limits}}:{}:{hash}", policy.name.as_str())
    }

    /// 128 bits: enough that nobody finds two things with one name.
    fn hash(&self, parts: &[&[u8]]) -> String {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(part);
        }
        let bytes = mac.finalize().into_bytes();
        let half = bytes.first_chunk().expect("there are 32");
        format!("{:032x}", u128::from_be_bytes(*half))
    }
}

fn optional(id: Option<&UserId>) -> String {
    id.map_or_else(String::new, ToString::to_string)
}
