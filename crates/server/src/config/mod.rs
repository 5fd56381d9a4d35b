//! Configuration: one table of variables ([`variables`]), read from the environment, `.env` and a
//! TOML file ([`Sources`]), checked whole before anything starts.

mod dotenv;
mod load;
mod names;
mod parse;
mod reader;
mod report;
mod secret;
mod secret_file;
mod sources;
mod types;
mod variable;
pub mod variables;

use std::{fmt, net::SocketAddr, time::Duration};

use basalt_adapters::security::common_passwords;
use basalt_domain::{Email, Password, PasswordPolicy, Quota};
use ipnet::IpNet;

pub use load::{command_of, log_format_of};
pub use report::{env_example, in_force, markdown_table};
pub use secret::Secret;
pub use secret_file::{SecretFileError, secret_of};
pub use sources::{DEFAULT_FILE, Origin, SourceFile, Sources};
pub use types::{DatabaseUrl, Environment, ForwardedHeader, LogFormat, ServerUrl};
pub use variable::{Default as DefaultValue, Row, Variable, Visibility};

/// What is wrong with one variable, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The variable, or the file.
    pub name: String,
    /// Ends the sentence that begins with the name.
    pub problem: String,
}

impl Violation {
    pub(crate) fn new(name: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { name: name.into(), problem: problem.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.problem)
    }
}

/// All that is wrong with the configuration.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the configuration has {} violation(s)", .0.len())]
pub struct Violations(pub Vec<Violation>);

/// The configuration in force.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the process runs.
    pub environment: Environment,
    /// The HTTP server.
    pub server: Server,
    /// The listener for operators; `None` is off.
    pub management: Option<Management>,
    /// The database.
    pub database: Database,
    /// What processes share beside the database; `None` keeps limits and cache in this one.
    pub redis: Option<Redis>,
    /// Tokens.
    pub tokens: Tokens,
    /// The first administrator to make.
    pub first_admin: Option<FirstAdmin>,
    /// Rate limits.
    pub limits: Limits,
    /// Who may tell the client's address, and how.
    pub proxies: Proxies,
    /// Origins whose pages may call the API.
    pub cors_origins: Vec<String>,
    /// The cache of lists.
    pub cache: Cache,
    /// What a new password must be.
    pub passwords: Passwords,
    /// The OpenAPI document.
    pub docs: Docs,
    /// Logs.
    pub logs: Logs,
    /// The collector of traces; `None` is no traces.
    pub traces: Option<String>,
    /// What is taken, and probably not what was meant.
    pub warnings: Vec<Violation>,
}

/// See [`Config::cache`].
#[derive(Clone, Debug)]
pub struct Cache {
    /// How long a page of posts is kept; `None` is no cache.
    pub ttl: Option<Duration>,
    /// How long lists are served while the database can't be asked.
    pub stale_for: Duration,
}

/// See [`Config::server`].
#[derive(Clone, Debug)]
pub struct Server {
    /// Address or name to listen on.
    pub host: String,
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
    /// Threads that serve requests; `None` is one a core.
    pub workers: Option<usize>,
    /// Requests served at once.
    pub max_in_flight: usize,
    /// How long a request may take.
    pub request_timeout: Duration,
    /// How long a connection may be idle.
    pub keep_alive: Duration,
    /// How long a password may wait to be hashed.
    pub hash_queue: Duration,
    /// How long requests in flight have to end.
    pub shutdown_grace: Duration,
    /// How long new connections are taken after the signal to stop.
    pub drain_delay: Duration,
}

/// See [`Config::management`].
#[derive(Clone, Copy, Debug)]
pub struct Management {
    /// Where it listens.
    pub address: SocketAddr,
    /// False when it is the default, without which the process also starts.
    pub chosen: bool,
}

/// See [`Config::database`].
#[derive(Clone, Debug)]
pub struct Database {
    /// Which one.
    pub url: DatabaseUrl,
    /// A copy of it that lags behind.
    pub read_replica: Option<ServerUrl>,
    /// The most connections.
    pub max_connections: u32,
    /// How long to wait for one.
    pub acquire_timeout: Duration,
    /// How long a statement may take.
    pub statement_timeout: Duration,
    /// Whether the start brings the schema up to date.
    pub auto_migrate: bool,
}

/// See [`Config::redis`].
#[derive(Clone, Debug)]
pub struct Redis {
    /// Where it is.
    pub url: ServerUrl,
    /// How long one call may take.
    pub timeout: Duration,
}

/// See [`Config::tokens`].
#[derive(Clone, Debug)]
pub struct Tokens {
    /// What they are signed with; `None` is a secret that is made once.
    pub secret: Option<Secret>,
    /// Earlier secrets, whose tokens still hold.
    pub previous: Vec<Secret>,
    /// How long they last.
    pub ttl: Duration,
}

/// See [`Config::first_admin`].
#[derive(Clone, Debug)]
pub struct FirstAdmin {
    /// Their address.
    pub email: Email,
    /// Their password.
    pub password: Password,
}

/// See [`Config::limits`]; `None` is off.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// All of the API.
    pub default: Option<Quota>,
    /// Logins, by address.
    pub auth: Option<Quota>,
    /// Logins, by account.
    pub account: Option<Quota>,
}

/// See [`Config::proxies`].
#[derive(Clone, Debug)]
pub struct Proxies {
    /// Their networks.
    pub trusted: Vec<IpNet>,
    /// The header they set.
    pub header: ForwardedHeader,
}

/// See [`Config::passwords`].
#[derive(Clone, Copy, Debug)]
pub struct Passwords {
    /// The fewest characters.
    pub min_length: usize,
    /// Whether the most common ones are refused.
    pub reject_common: bool,
}

impl Passwords {
    /// The same as the domain has it.
    pub fn policy(&self) -> PasswordPolicy {
        let is_common: fn(&str) -> bool = common_passwords::is_common;
        PasswordPolicy {
            min_chars: self.min_length,
            is_common: self.reject_common.then_some(is_common),
        }
    }
}

/// See [`Config::docs`].
#[derive(Clone, Debug)]
pub struct Docs {
    /// Whether they are served.
    pub served: bool,
    /// The address of the API; `None` is where the document comes from.
    pub api_url: Option<String>,
}

/// See [`Config::logs`].
#[derive(Clone, Debug)]
pub struct Logs {
    /// Directives of `tracing`.
    pub level: String,
    /// How lines look.
    pub format: LogFormat,
    /// Whether they may have colours, on a terminal.
    pub color: bool,
}
