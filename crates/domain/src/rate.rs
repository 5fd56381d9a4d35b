//! Rate limits: GCRA, the leaky bucket as a meter (ITU-T I.371).

use std::{
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use crate::{Email, UserId};

/// `units` at once, and one more every `window / units`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// The burst, at least 1.
    pub units: u32,
    /// The time in which all units come back.
    pub window: Duration,
}

impl Quota {
    /// The time in which one unit comes back.
    pub fn interval(&self) -> Duration {
        self.window / self.units
    }
}

/// Which limit a unit is taken from. Each has counters of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PolicyName {
    /// All of `/api`, by user or address.
    Default,
    /// Guessing passwords, by address.
    Auth,
    /// Guessing one account's password, from all addresses.
    Account,
}

impl PolicyName {
    /// The name that clients see.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Auth => "auth",
            Self::Account => "account",
        }
    }
}

/// A limit in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Which one.
    pub name: PolicyName,
    /// How much it lets through.
    pub quota: Quota,
}

/// Whose units are taken.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LimitKey {
    /// A user, wherever they are.
    User(UserId),
    /// A client's network: made by [`LimitKey::address`].
    Network(IpAddr),
    /// The account that is tried.
    Account(Email),
}

impl LimitKey {
    /// The key of a client's address: IPv6 by its /64 (what one customer is given, RFC 6177),
    /// IPv4-mapped IPv6 as IPv4.
    pub fn address(address: IpAddr) -> Self {
        Self::Network(match address.to_canonical() {
            IpAddr::V4(v4) => IpAddr::V4(v4),
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        })
    }
}

/// What a limiter says to one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The policy that was asked.
    pub policy: Policy,
    /// Whether the unit was there; it is then taken.
    pub allowed: bool,
    /// Units that would pass now.
    pub remaining: u32,
    /// Until all units are there again.
    pub reset: Duration,
    /// Until the next unit is there, zero while some are.
    pub retry_after: Duration,
}

impl Decision {
    /// What the limiter would say once the unit has been given back.
    #[must_use]
    pub fn given_back(self) -> Self {
        Self {
            remaining: (self.remaining + 1).min(self.policy.quota.units),
            reset: self.reset.saturating_sub(self.policy.quota.interval()),
            retry_after: Duration::ZERO,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_client_are_one_key() {
        let key = |raw: &str| LimitKey::address(raw.parse().unwrap());
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_eq!(key("2001:db8:1:2:3::4"), key("2001:db8:1:2::1"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }
}
