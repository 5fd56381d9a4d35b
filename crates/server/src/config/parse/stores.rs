//! Where data is kept.

use std::path::PathBuf;

use url::Url;

use basalt_adapters::sea::is_postgres_url;

use super::Parsed;
use crate::config::{
    Secret,
    types::{DatabaseUrl, ServerUrl},
};

pub(in crate::config) fn database(raw: &str) -> Parsed<DatabaseUrl> {
    match raw.strip_prefix("sqlite://") {
        Some(rest) => sqlite(raw, rest),
        None => postgres(raw).map(DatabaseUrl::Postgres),
    }
    .map_err(|problem| {
        format!("{problem}; it is like sqlite://data/basalt.db or postgres://user@host/database")
    })
}

fn sqlite(raw: &str, rest: &str) -> Parsed<DatabaseUrl> {
    let path = rest.split('?').next().unwrap_or_default();
    if path.is_empty() || path.ends_with('/') {
        return Err("must name a file".to_owned());
    }
    Ok(DatabaseUrl::Sqlite {
        url: Secret::from(raw),
        path: PathBuf::from(path),
    })
}

fn postgres(raw: &str) -> Parsed<ServerUrl> {
    let url = server(raw, &["postgres", "postgresql"])
        .ok_or_else(|| "must be the URL of an SQLite file or a PostgreSQL database".to_owned())?;
    if is_postgres_url(raw) {
        Ok(url)
    } else {
        Err(NOT_UNDERSTOOD.to_owned())
    }
}

/// Without saying what: it may hold a password.
const NOT_UNDERSTOOD: &str = "has a parameter whose value is not understood (sslmode is disable, \
                              allow, prefer, require, verify-ca or verify-full)";

pub(in crate::config) fn read_replica(raw: &str) -> Parsed<ServerUrl> {
    postgres(raw).map_err(|problem| match problem.as_str() {
        NOT_UNDERSTOOD => problem,
        _ => "must be the URL of a PostgreSQL database, like postgres://user@host/database"
            .to_owned(),
    })
}

pub(in crate::config) fn redis(raw: &str) -> Parsed<ServerUrl> {
    let url = server(raw, &["redis", "rediss"]);
    // What follows the host is the number of a database.
    let url = url.filter(|url| {
        let number = url.place.split_once('/').map_or("", |(_, number)| number);
        number.is_empty() || number.parse::<u16>().is_ok()
    });
    url.ok_or_else(|| {
        "must be the URL of a Redis, like redis://host:6379 or rediss://:password@host:6380/0"
            .to_owned()
    })
}

/// A URL of one of these schemes.
fn server(raw: &str, schemes: &[&str]) -> Option<ServerUrl> {
    let url = Url::parse(raw).ok()?;
    let is_known = schemes.contains(&url.scheme()) && url.fragment().is_none();
    // A socket's folder may stand in the query instead of a host.
    let host = url.host_str().filter(|host| !host.is_empty());
    if !is_known || (host.is_none() && url.query().is_none()) {
        return None;
    }
    let port = url.port().map(|port| format!(":{port}"));
    let path = url.path().trim_end_matches('/');
    Some(ServerUrl {
        url: Secret::from(raw),
        place: format!(
            "{}{}{path}",
            host.unwrap_or_default(),
            port.unwrap_or_default()
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_a_file_or_a_server() {
        let place = |raw: &str| database(raw).unwrap().shown();
        assert_eq!(place("sqlite://data/x.db?mode=rwc"), "data/x.db");
        assert_eq!(place("sqlite:///var/x.db"), "/var/x.db");
        assert_eq!(place("postgres://u:p@db:5433/x"), "db:5433/x");
        assert_eq!(place("postgresql://db/x?sslmode=require"), "db/x");
        assert_eq!(place("postgres:///x?host=/run/postgresql"), "/x");
        for refused in [
            "sqlite://",
            "sqlite://data/",
            "mysql://x",
            "data/x.db",
            "postgres://",
            "postgres:///x",
            "postgres://host:port/x",
            "postgres://db/x?sslmode=perhaps",
        ] {
            assert!(database(refused).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn a_redis_has_a_host_and_perhaps_a_number() {
        for good in [
            "redis://cache",
            "redis://:p@cache:6380/3",
            "rediss://cache/0",
            "redis://127.0.0.1/",
        ] {
            assert!(redis(good).is_ok(), "{good:?}");
        }
        for refused in [
            "cache:6379",
            "redis://",
            "redis://cache/x",
            "http://cache",
            "redis://cache:port",
        ] {
            assert!(redis(refused).is_err(), "{refused:?}");
        }
        assert_eq!(
            redis("redis://:p@cache:6380/3").unwrap().place,
            "cache:6380/3"
        );
    }

    #[test]
    fn a_replica_is_of_postgresql() {
        assert!(read_replica("postgres://db/x").is_ok());
        assert!(read_replica("sqlite://x.db").is_err());
        let refused = read_replica("postgres://u:hunter2@db/x?sslmode=perhaps");
        let problem = refused.unwrap_err();
        assert!(problem.contains("verify-full"), "{problem}");
        assert!(!problem.contains("hunter2"));
    }
}
