//! The doors through which the text of a variable becomes a value. An error ends the sentence
//! "NAME …" and says what would be right.

mod network;
mod numbers;
mod stores;

use basalt_domain::Email;
use tracing_subscriber::EnvFilter;

pub(super) use network::{api_url, forwarded_header, host, management, networks, origins, otlp};
pub(super) use numbers::{
    cache_ttl, connections, hash_queue, in_flight, keep_alive, limit, milliseconds,
    password_length, port, request_timeout, stop_seconds, token_ttl, workers,
};
pub(super) use stores::{database, read_replica, redis};

use super::{
    secret::Secret,
    types::{Environment, LogFormat},
};

type Parsed<T> = Result<T, String>;

pub(super) fn environment(raw: &str) -> Parsed<Environment> {
    match raw {
        "development" => Ok(Environment::Development),
        "test" => Ok(Environment::Test),
        "production" => Ok(Environment::Production),
        _ => Err("must be development, test or production".to_owned()),
    }
}

pub(super) fn switch(raw: &str) -> Parsed<bool> {
    match raw {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("must be true or false".to_owned()),
    }
}

// The form of every parser, also of the one that takes anything.
#[allow(clippy::unnecessary_wraps)]
pub(super) fn secret(raw: &str) -> Parsed<Secret> {
    Ok(Secret::from(raw))
}

pub(super) fn secrets(raw: &str) -> Parsed<Vec<Secret>> {
    list(raw, secret)
}

pub(super) fn command(raw: &str) -> Parsed<String> {
    if raw.contains(char::is_control) {
        return Err("must be one line".to_owned());
    }
    Ok(raw.to_owned())
}

pub(super) fn email(raw: &str) -> Parsed<Email> {
    Email::parse(raw).map_err(|_| "must be an e-mail address".to_owned())
}

pub(super) fn log_level(raw: &str) -> Parsed<String> {
    let known = |directive: &str| {
        let level = directive.rsplit('=').next().unwrap_or_default();
        matches!(level, "error" | "warn" | "info" | "debug" | "trace" | "off")
    };
    if raw.split(',').all(|directive| known(directive.trim()))
        && EnvFilter::builder().parse(raw).is_ok()
    {
        Ok(raw.to_owned())
    } else {
        Err("must be error, warn, info, debug, trace or off, or directives like info,basalt_api=debug".to_owned())
    }
}

pub(super) fn log_format(raw: &str) -> Parsed<LogFormat> {
    match raw {
        "json" => Ok(LogFormat::Json),
        "text" => Ok(LogFormat::Text),
        _ => Err("must be json or text".to_owned()),
    }
}

fn list<T>(raw: &str, item: impl Fn(&str) -> Parsed<T>) -> Parsed<Vec<T>> {
    let items = raw.split(',').map(str::trim).filter(|part| !part.is_empty());
    items.map(item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_a_known_one_or_a_list_of_directives() {
        assert!(log_level("warn").is_ok());
        assert!(log_level("info,basalt_api=debug").is_ok());
        assert!(log_level("loud").is_err());
    }
}
