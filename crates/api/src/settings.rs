use std::time::Duration;

use basalt_domain::{PasswordPolicy, Policy};
use ipnet::IpNet;

/// What the API needs to know of its surroundings.
#[derive(Clone)]
pub struct Settings {
    /// Decides whether an error shows its cause.
    pub environment: Environment,
    /// Whether `/docs` and the OpenAPI document are served.
    pub docs: bool,
    /// The `servers` entry of the document; `/` without it.
    pub api_url: Option<String>,
    /// Whose forwarding header is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The header those proxies set.
    pub forwarded_header: ForwardedHeader,
    /// Origins whose pages may call the API.
    pub cors_origins: Vec<String>,
    /// The limits in force.
    pub limits: LimitPolicies,
    /// Requests that may be worked on at once; more are refused with 503.
    pub max_in_flight: usize,
    /// Time for a request's body to arrive and its answer to be made.
    pub request_timeout: Duration,
    /// What a new password must be.
    pub password_policy: PasswordPolicy,
    /// The secret from which the keys for cursors and fingerprints are derived.
    pub secret: Vec<u8>,
    /// Earlier secrets, under which cursors still verify.
    pub previous_secrets: Vec<Vec<u8>>,
}

impl Default for Settings {
    /// The defaults of the configuration, with an empty secret: enough for the document.
    fn default() -> Self {
        Self {
            environment: Environment::Development,
            docs: true,
            api_url: None,
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::XForwardedFor,
            cors_origins: Vec::new(),
            limits: LimitPolicies::default(),
            max_in_flight: 1_024,
            request_timeout: Duration::from_secs(10),
            password_policy: PasswordPolicy::default(),
            secret: Vec::new(),
            previous_secrets: Vec::new(),
        }
    }
}

/// Where the process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// On somebody's desk: a 5xx shows its cause, and what is refused by configuration says by which.
    Development,
    /// Under test.
    Test,
    /// For users.
    Production,
}

/// The header in which a proxy tells the client's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`, with `X-Forwarded-Proto` beside it.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// The limits in force; `None` is off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LimitPolicies {
    /// All of `/api`.
    pub default: Option<Policy>,
    /// Guessing passwords, by address.
    pub auth: Option<Policy>,
    /// Guessing one account's password.
    pub account: Option<Policy>,
}
