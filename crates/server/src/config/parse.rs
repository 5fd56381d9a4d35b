//! The doors through which the text of a variable becomes a value. An error ends the sentence
//! "NAME …" and says what would be right.

use std::{net::SocketAddr, path::PathBuf, str::FromStr, time::Duration};

use basalt_domain::{Email, Quota};
use ipnet::IpNet;
use tracing_subscriber::EnvFilter;
use url::Url;

use super::{
    secret::Secret,
    types::{DatabaseUrl, Environment, ForwardedHeader, LogFormat},
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

pub(super) fn host(raw: &str) -> Parsed<String> {
    let bare = raw.trim_start_matches('[').trim_end_matches(']');
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    if bare.parse::<std::net::IpAddr>().is_ok() || raw.chars().all(is_name) {
        Ok(bare.to_owned())
    } else {
        Err("must be an IP address or a host name, without a port".to_owned())
    }
}

pub(super) fn port(raw: &str) -> Parsed<u16> {
    number(raw, 0, u16::MAX.into()).map(|port| u16::try_from(port).unwrap_or_default())
}

pub(super) fn management(raw: &str) -> Parsed<Option<SocketAddr>> {
    if raw.is_empty() {
        return Ok(None);
    }
    let address = raw.parse();
    address
        .map(Some)
        .map_err(|_| "must be an IP address and a port like 127.0.0.1:9464, or empty".to_owned())
}

pub(super) fn database(raw: &str) -> Parsed<DatabaseUrl> {
    if raw.starts_with("postgres://") || raw.starts_with("postgresql://") {
        return Err(
            "names PostgreSQL, which is not part of this build yet; use sqlite://PATH".to_owned(),
        );
    }
    let path = raw.strip_prefix("sqlite://").unwrap_or_default();
    let path = path.split('?').next().unwrap_or_default();
    if path.is_empty() || path.ends_with('/') {
        return Err(
            "must be sqlite:// and the path of a file, like sqlite://data/basalt.db".to_owned(),
        );
    }
    Ok(DatabaseUrl::Sqlite {
        url: raw.to_owned(),
        path: PathBuf::from(path),
    })
}

pub(super) fn read_replica(_: &str) -> Parsed<DatabaseUrl> {
    Err("needs PostgreSQL, which is not part of this build yet; remove it".to_owned())
}

pub(super) fn redis(_: &str) -> Parsed<String> {
    Err("needs Redis, which is not part of this build yet; remove it".to_owned())
}

pub(super) fn connections(raw: &str) -> Parsed<u32> {
    number(raw, 1, 1_000).map(|count| u32::try_from(count).unwrap_or(1_000))
}

pub(super) fn milliseconds(raw: &str) -> Parsed<Duration> {
    number(raw, 1, 60_000).map(Duration::from_millis)
}

pub(super) fn request_timeout(raw: &str) -> Parsed<Duration> {
    number(raw, 100, 600_000).map(Duration::from_millis)
}

pub(super) fn token_ttl(raw: &str) -> Parsed<Duration> {
    number(raw, 1, 31_536_000).map(Duration::from_secs)
}

pub(super) fn cache_ttl(raw: &str) -> Parsed<Duration> {
    number(raw, 0, 86_400).map(Duration::from_secs)
}

pub(super) fn stop_seconds(raw: &str) -> Parsed<Duration> {
    number(raw, 0, 3_600).map(Duration::from_secs)
}

pub(super) fn workers(raw: &str) -> Parsed<usize> {
    number(raw, 1, 512).map(|count| usize::try_from(count).unwrap_or(1))
}

pub(super) fn in_flight(raw: &str) -> Parsed<usize> {
    number(raw, 1, 1_000_000).map(|count| usize::try_from(count).unwrap_or(1))
}

pub(super) fn password_length(raw: &str) -> Parsed<usize> {
    number(raw, 6, 64).map(|count| usize::try_from(count).unwrap_or(64))
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

pub(super) fn email(raw: &str) -> Parsed<Email> {
    Email::parse(raw).map_err(|_| "must be an e-mail address".to_owned())
}

pub(super) fn limit(raw: &str) -> Parsed<Option<Quota>> {
    if raw == "off" {
        return Ok(None);
    }
    let refused = || "must be units/seconds like 100/900, or off".to_owned();
    let (units, seconds) = raw.split_once('/').ok_or_else(refused)?;
    let units = number(units, 1, 1_000_000).map_err(|_| refused())?;
    let seconds = number(seconds, 1, 86_400).map_err(|_| refused())?;
    Ok(Some(Quota {
        units: u32::try_from(units).map_err(|_| refused())?,
        window: Duration::from_secs(seconds),
    }))
}

pub(super) fn networks(raw: &str) -> Parsed<Vec<IpNet>> {
    list(raw, |item| {
        let whole = IpNet::from_str(item);
        let network = whole.or_else(|_| item.parse::<std::net::IpAddr>().map(IpNet::from));
        network.map_err(|_| "must be networks like 10.0.0.0/8, comma-separated".to_owned())
    })
}

pub(super) fn forwarded_header(raw: &str) -> Parsed<ForwardedHeader> {
    if raw.eq_ignore_ascii_case("X-Forwarded-For") {
        Ok(ForwardedHeader::XForwardedFor)
    } else if raw.eq_ignore_ascii_case("Forwarded") {
        Ok(ForwardedHeader::Forwarded)
    } else {
        Err("must be X-Forwarded-For or Forwarded".to_owned())
    }
}

pub(super) fn origins(raw: &str) -> Parsed<Vec<String>> {
    list(raw, |item| {
        let origin = Url::parse(item).ok();
        let origin = origin.filter(|url| matches!(url.scheme(), "http" | "https"));
        let origin = origin.map(|url| url.origin().ascii_serialization());
        origin.filter(|origin| origin == item).ok_or_else(|| {
            "must be origins like https://app.example.org, comma-separated, without a path"
                .to_owned()
        })
    })
}

pub(super) fn api_url(raw: &str) -> Parsed<String> {
    let url = Url::parse(raw).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let url = url.filter(|url| url.query().is_none() && url.fragment().is_none());
    let trimmed = raw.trim_end_matches('/').to_owned();
    url.map(|_| trimmed)
        .ok_or_else(|| "must be an address like https://api.example.org".to_owned())
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

pub(super) fn otlp(_: &str) -> Parsed<String> {
    Err("needs the exporter of traces, which is not part of this build; remove it".to_owned())
}

/// A whole number without a sign, from `min` to `max`.
fn number(raw: &str, min: u64, max: u64) -> Parsed<u64> {
    let digits = raw.bytes().all(|byte| byte.is_ascii_digit());
    let number = raw.parse().ok().filter(|_| digits);
    number
        .filter(|number| (min..=max).contains(number))
        .ok_or_else(|| format!("must be a whole number from {min} to {max}"))
}

fn list<T>(raw: &str, item: impl Fn(&str) -> Parsed<T>) -> Parsed<Vec<T>> {
    let items = raw
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    items.map(item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_plain_and_within_their_range() {
        assert_eq!(port("0"), Ok(0));
        assert_eq!(port("65535"), Ok(65_535));
        for refused in ["65536", "+1", "-1", "1.0", "", " 1", "0x10"] {
            assert!(port(refused).is_err(), "{refused:?}");
        }
        assert!(password_length("5").is_err());
        assert!(password_length("65").is_err());
    }

    #[test]
    fn a_limit_is_units_and_seconds_or_off() {
        assert_eq!(limit("off"), Ok(None));
        let five = Quota {
            units: 5,
            window: Duration::from_mins(15),
        };
        assert_eq!(limit("5/900"), Ok(Some(five)));
        for refused in ["0/900", "5/0", "5", "5/900/1", "a/b", "on"] {
            assert!(limit(refused).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn an_origin_has_neither_path_nor_other_spelling() {
        assert!(origins("https://app.example.org, http://localhost:5173").is_ok());
        for refused in [
            "*",
            "app.example.org",
            "https://app.example.org/",
            "https://A.example.org",
        ] {
            assert!(origins(refused).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn networks_are_cidrs_or_single_addresses() {
        assert_eq!(networks("10.0.0.0/8,::1").unwrap().len(), 2);
        assert!(networks("10.0.0.0/33").is_err());
        assert!(networks("proxy").is_err());
    }

    #[test]
    fn a_database_is_a_file_for_now() {
        let url = database("sqlite://data/x.db?mode=rwc").unwrap();
        assert_eq!(url.path(), std::path::Path::new("data/x.db"));
        assert_eq!(
            database("sqlite:///var/x.db").unwrap().path(),
            std::path::Path::new("/var/x.db")
        );
        assert!(
            database("postgres://u:p@h/d")
                .unwrap_err()
                .contains("PostgreSQL")
        );
        for refused in ["sqlite://", "sqlite://data/", "mysql://x", "data/x.db"] {
            assert!(database(refused).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn a_level_is_a_known_one_or_a_list_of_directives() {
        assert!(log_level("warn").is_ok());
        assert!(log_level("info,basalt_api=debug").is_ok());
        assert!(log_level("loud").is_err());
    }
}
