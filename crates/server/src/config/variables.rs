//! The table of all variables. `.env.example`, the documentation and `basalt config` follow it,
//! and tests hold them to it.

use std::{net::SocketAddr, time::Duration};

use basalt_domain::{Email, Quota};
use ipnet::IpNet;

use super::{
    parse,
    secret::Secret,
    types::{DatabaseUrl, Environment, ForwardedHeader, LogFormat, ServerUrl},
    variable::{
        Default::{Derived, Except, None as Nothing, Value},
        Row, Variable,
        Visibility::{Personal, Plain, Secret as Hidden, Url},
    },
};

macro_rules! variables {
    ($($name:ident: $type:ty = $default:expr, $visibility:expr, $parse:expr, $doc:literal;)*) => {
        $(
            #[doc = $doc]
            pub const $name: Variable<$type> = Variable {
                row: Row {
                    name: stringify!($name),
                    default: $default,
                    visibility: $visibility,
                    doc: $doc,
                    // The one switch whose "off" is written as nothing.
                    empty_is_set: matches!(stringify!($name).as_bytes(), b"MANAGEMENT_ADDR"),
                },
                parse: $parse,
            };
        )*

        /// Every variable there is, in the order in which people read about them.
        pub const ALL: &[Row] = &[$($name.row),*];
    };
}

variables! {
    APP_ENV: Environment = Value("development"), Plain, parse::environment,
        "`development`, `test` or `production`: the last logs JSON, tells no `detail` in errors and makes up no secret";
    HOST: String = Value("127.0.0.1"), Plain, parse::host,
        "The address or name to listen on; `0.0.0.0` in containers";
    PORT: u16 = Value("3000"), Plain, parse::port,
        "The port to listen on; 0 takes a free one, which the banner tells";
    MANAGEMENT_ADDR: Option<SocketAddr> = Value("127.0.0.1:9464"), Plain, parse::management,
        "Where `/metrics` is served, and `/health/…` on a thread of its own; empty turns it off";
    DATABASE_URL: DatabaseUrl = Value("sqlite://data/basalt.db"), Url, parse::database,
        "The database: `sqlite:` (or `file:`) and the path of a file, whose folders are made, or `postgres://user:password@host/database`, which several processes can use; in a password `# @ / ? %` are written as `%23 %40 %2F %3F %25`";
    DATABASE_READ_URL: ServerUrl = Nothing, Url, parse::read_replica,
        "A read replica of a PostgreSQL database, for walks through the posts by readers without a token";
    DATABASE_MAX_CONNECTIONS: u32 = Value("10"), Plain, parse::connections,
        "The most connections to the database, 1 to 1000";
    DATABASE_ACQUIRE_TIMEOUT_MS: Duration = Value("800"), Plain, parse::milliseconds,
        "How long a request waits for a connection, in milliseconds";
    DATABASE_STATEMENT_TIMEOUT_MS: Duration = Value("2000"), Plain, parse::milliseconds,
        "How long one statement may take, in milliseconds";
    AUTO_MIGRATE: bool = Derived("`true` on SQLite, `false` on PostgreSQL"), Plain, parse::switch,
        "Bring the schema up to date at start; without it, `basalt migrate up` does";
    REDIS_URL: ServerUrl = Nothing, Url, parse::redis,
        "A Redis for the limits and the cache that several processes share, like `redis://:password@host:6379/0`, or `rediss://` with TLS";
    REDIS_TIMEOUT_MS: Duration = Value("50"), Plain, parse::milliseconds,
        "How long one Redis call may take, in milliseconds";
    JWT_SECRET: Secret = Derived("made once, except in production"), Hidden, parse::secret,
        "What tokens are signed with; in production 32 bytes or more. Otherwise made once and kept in `jwt_secret` beside the SQLite file, or in `data/`";
    JWT_PREVIOUS_SECRETS: Vec<Secret> = Nothing, Hidden, parse::secrets,
        "Earlier secrets, comma-separated, whose tokens still hold while secrets are rotated";
    JWT_TTL_SECONDS: Duration = Value("86400"), Plain, parse::token_ttl,
        "How long a token lasts, in seconds";
    ADMIN_EMAIL: Email = Nothing, Personal, parse::email,
        "With `ADMIN_PASSWORD`: the first administrator, made at start when there is none";
    ADMIN_PASSWORD: Secret = Nothing, Hidden, parse::secret,
        "The password of the first administrator";
    RATE_LIMIT_DEFAULT: Option<Quota> = Except(Environment::Development, "10000/900", "100/900"), Plain, parse::limit,
        "Requests a user or address has, as units/seconds, or `off`";
    RATE_LIMIT_AUTH: Option<Quota> = Value("5/900"), Plain, parse::limit,
        "Failed logins and changes of password an address has, as units/seconds, or `off`";
    RATE_LIMIT_ACCOUNT: Option<Quota> = Value("50/900"), Plain, parse::limit,
        "Failed logins one account has from all addresses, as units/seconds, or `off`";
    TRUSTED_PROXIES: Vec<IpNet> = Nothing, Plain, parse::networks,
        "Networks (CIDR, comma-separated) whose word about the client's address counts";
    FORWARDED_HEADER: ForwardedHeader = Value("X-Forwarded-For"), Plain, parse::forwarded_header,
        "The header your proxy sets: `X-Forwarded-For` or `Forwarded`";
    CORS_ALLOWED_ORIGINS: Vec<String> = Nothing, Url, parse::origins,
        "Origins, comma-separated, whose pages may call the API: a scheme, a host and perhaps a port, like `https://app.example.org` or `capacitor://localhost`; no wildcards";
    CACHE_TTL_SECONDS: Duration = Value("600"), Plain, parse::cache_ttl,
        "How long a page of posts is kept, in seconds; 0 turns the cache off";
    CACHE_STALE_SECONDS: Duration = Value("60"), Plain, parse::cache_ttl,
        "How long lists that are kept are served while the database can't be asked, in seconds, with their age in `Age`; 0 is not at all";
    PASSWORD_REJECT_COMMON: bool = Value("false"), Plain, parse::switch,
        "Refuse the most common passwords";
    PASSWORD_MIN_LENGTH: usize = Value("8"), Plain, parse::password_length,
        "The fewest characters of a password, 6 to 64";
    DOCS: bool = Value("true"), Plain, parse::switch,
        "Serve `/docs` and the OpenAPI document";
    API_URL: String = Nothing, Url, parse::api_url,
        "The address of the API that the OpenAPI document names; without it the document names `..`, which holds behind a prefix too";
    WORKERS: usize = Derived("the number of cores"), Plain, parse::workers,
        "Threads that serve requests, 1 to 512";
    MAX_IN_FLIGHT: usize = Value("1024"), Plain, parse::in_flight,
        "Requests served at once; more are answered with 503";
    REQUEST_TIMEOUT_MS: Duration = Value("10000"), Plain, parse::request_timeout,
        "How long a request may take to arrive, and again to be answered, in milliseconds";
    KEEP_ALIVE_SECONDS: Duration = Value("75"), Plain, parse::keep_alive,
        "How long a connection may be idle before it is closed, in seconds, 1 to 3600; longer than the proxy or load balancer before it keeps one, which is often 60";
    HASH_QUEUE_MS: Duration = Value("1000"), Plain, parse::hash_queue,
        "How long a password may wait to be hashed, in milliseconds, 0 to 60000; a login or registration that would wait longer is answered with 503";
    SHUTDOWN_GRACE_SECONDS: Duration = Value("20"), Plain, parse::stop_seconds,
        "How long requests in flight have to end after a signal to stop, in seconds";
    DRAIN_DELAY_SECONDS: Duration = Value("0"), Plain, parse::stop_seconds,
        "How long new connections are still taken after a signal to stop, in seconds";
    LOG_LEVEL: String = Value("info"), Plain, parse::log_level,
        "`error`, `warn`, `info`, `debug`, `trace` or `off`, or directives like `info,basalt_api=debug`";
    LOG_FORMAT: LogFormat = Except(Environment::Production, "json", "text"), Plain, parse::log_format,
        "`json` or `text`";
    OTEL_EXPORTER_OTLP_ENDPOINT: String = Nothing, Url, parse::otlp,
        "The collector that traces go to over OTLP/HTTP, like `http://127.0.0.1:4318`; without it there are none";
    BASALT_COMMAND: String = Derived("by `cargo run`, or the path of this program"), Plain, parse::command,
        "How commands are run where this process runs, for the advice it gives, like `docker/stack compose run --rm --no-deps server`";
}
