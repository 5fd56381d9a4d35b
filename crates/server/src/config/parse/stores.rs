//! Where data is kept.

use url::Url;

use basalt_adapters::sea::{PostgresAddress, sqlite_file};

use super::Parsed;
use crate::config::{
    Secret,
    types::{DatabaseUrl, ServerUrl},
};

/// Prisma's parameters of a pool, which an SQLite file may have there.
const OF_A_POOL: [&str; 4] =
    ["connection_limit", "connect_timeout", "pool_timeout", "socket_timeout"];

pub(in crate::config) fn database(raw: &str) -> Parsed<DatabaseUrl> {
    let file = raw.strip_prefix("sqlite:").or_else(|| raw.strip_prefix("file:"));
    match file {
        Some(file) => sqlite(file),
        None if is_of(raw, POSTGRES) => postgres(raw).map(DatabaseUrl::Postgres),
        None => Err(
            "must be sqlite: and the path of a file, like sqlite://data/basalt.db, or the URL of \
             a PostgreSQL, like postgres://user:password@host:5432/database"
                .to_owned(),
        ),
    }
}

const POSTGRES: &[&str] = &["postgres", "postgresql"];

/// A path with parameters, and perhaps two slashes before it.
fn sqlite(rest: &str) -> Parsed<DatabaseUrl> {
    let (path, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let name_of = |parameter: &str| parameter.split('=').next().unwrap_or_default().to_owned();
    let (unused, kept): (Vec<_>, Vec<_>) = parameters
        .split('&')
        .filter(|parameter| !parameter.is_empty())
        .partition(|parameter| OF_A_POOL.contains(&&*name_of(parameter)));
    let mut url = format!("sqlite:{path}");
    if !kept.is_empty() {
        url = format!("{url}?{}", kept.join("&"));
    }
    let file = sqlite_file(&url)
        .map_err(|problem| format!("{problem}; it is like sqlite://data/basalt.db"))?;
    if path.ends_with('/') {
        return Err("must name a file, and this is a folder".to_owned());
    }
    let remark = |parameter: &&str| {
        let name = name_of(parameter);
        format!("has a parameter {name}, which an SQLite file has no use for")
    };
    Ok(DatabaseUrl::Sqlite {
        url: Secret::from(&*url),
        path: file,
        remarks: unused.iter().map(remark).collect(),
    })
}

fn postgres(raw: &str) -> Parsed<ServerUrl> {
    look_encoded(raw)?;
    let address: PostgresAddress = raw.parse().map_err(|error| format!("{error}"))?;
    Ok(ServerUrl {
        url: Secret::from(raw),
        place: address.place(),
        schema: address.schema().map(str::to_owned),
        remarks: address.remarks,
    })
}

pub(in crate::config) fn read_replica(raw: &str) -> Parsed<ServerUrl> {
    if is_of(raw, POSTGRES) {
        postgres(raw)
    } else {
        Err("must be the URL of a PostgreSQL, like postgres://user:password@host/database"
            .to_owned())
    }
}

fn is_of(raw: &str, schemes: &[&str]) -> bool {
    raw.split_once("://").is_some_and(|(scheme, _)| schemes.contains(&scheme))
}

/// Refuses a URL whose user or password holds a character that means something else in a URL: it
/// would be cut there, and what is left may name another host.
fn look_encoded(raw: &str) -> Parsed<()> {
    let (_, rest) = raw.split_once("://").unwrap_or_default();
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, behind) = rest.split_at(end);
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    let path = behind.split('?').next().unwrap_or_default();
    let is_cut = behind.contains('#')
        || path.contains('@')
        || (behind.contains('@') && !authority.contains('@'))
        || has_bare_percent(user);
    // A port that is none is what is left of a password, too.
    let is_read = Url::parse(raw).is_ok();
    if is_cut || (!is_read && behind.contains('@')) {
        return Err(NOT_ENCODED.to_owned());
    }
    // Ports of several hosts are no port either; that has a word of its own.
    if is_read || authority[user.len()..].contains(',') {
        return Ok(());
    }
    Err(format!(
        "has a host or a port that can't be read (ports are from 1 to 65535); if it is a part of \
         the password, then it {NOT_ENCODED}"
    ))
}

const NOT_ENCODED: &str = "has a user or a password that is not percent-encoded: in it # is \
                           written as %23, @ as %40, / as %2F, ? as %3F and % as %25";

fn has_bare_percent(text: &str) -> bool {
    text.match_indices('%').any(|(at, _)| {
        let digits = text.as_bytes().get(at + 1..at + 3);
        !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

pub(in crate::config) fn redis(raw: &str) -> Parsed<ServerUrl> {
    const LIKE: &str = "must be the URL of a Redis, like redis://host:6379 or \
                        rediss://:password@host:6380/0, whose path is the number of a database \
                        from 0 to 65535";
    if !is_of(raw, &["redis", "rediss"]) {
        return Err(LIKE.to_owned());
    }
    look_encoded(raw)?;
    let url = Url::parse(raw).map_err(|_| LIKE.to_owned())?;
    let host = url.host_str().filter(|host| !host.is_empty());
    let path = url.path().trim_matches('/');
    let is_number = path.is_empty() || path.parse::<u16>().is_ok();
    let (Some(host), true) = (host, is_number) else {
        return Err(LIKE.to_owned());
    };
    let port = url.port().map(|port| format!(":{port}"));
    let number = if path.is_empty() { "" } else { url.path() };
    Ok(ServerUrl {
        url: Secret::from(raw),
        place: format!("{host}{}{number}", port.unwrap_or_default()),
        schema: None,
        remarks: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_a_file_or_a_server() {
        let place = |raw: &str| database(raw).unwrap().shown();
        for (raw, shown) in [
            ("sqlite://data/x.db?mode=rwc", "data/x.db"),
            ("sqlite:///var/x.db", "/var/x.db"),
            ("sqlite:data/x.db", "data/x.db"),
            ("sqlite:/var/x.db", "/var/x.db"),
            ("sqlite://a%3Fb.db", "a?b.db"),
            ("file:./dev.db", "./dev.db"),
            ("file:dev.db", "dev.db"),
            ("file:/var/x.db", "/var/x.db"),
            ("file:///var/x.db", "/var/x.db"),
            ("file:./dev.db?connection_limit=1", "./dev.db"),
            ("postgres://u:p@db:5433/x", "db:5433/x"),
            ("postgres:///x?host=/run/postgresql", "/run/postgresql/x"),
        ] {
            assert_eq!(place(raw), shown, "{raw}");
        }
        for (refused, told) in [
            ("sqlite://", "names no file"),
            ("sqlite:", "names no file"),
            ("file:", "names no file"),
            ("sqlite::memory:", "in memory"),
            ("sqlite://data/", "folder"),
            ("sqlite://x.db?mode=wild", "mode"),
            ("sqlite://x.db?sync=off", "sync"),
            ("mysql://x", "must be sqlite:"),
            ("data/x.db", "must be sqlite:"),
            ("postgres:x", "must be sqlite:"),
            ("postgres://", "no host"),
            ("postgres:///x", "no host"),
            ("postgres://host:port/x", "host or a port"),
            ("postgres://db/x?sslmode=perhaps", "verify-full"),
        ] {
            let problem = database(refused).unwrap_err();
            assert!(problem.contains(told), "{refused}: {problem}");
        }
    }

    #[test]
    fn what_a_pool_of_prisma_is_told_is_named_where_a_file_has_no_use_for_it() {
        let read = database("file:./dev.db?connection_limit=1&mode=rw").unwrap();
        assert_eq!(read.expose(), "sqlite:./dev.db?mode=rw");
        assert!(read.remarks()[0].contains("connection_limit"));
    }

    #[test]
    fn a_password_that_is_not_encoded_is_told_from_everything_else() {
        for password in
            ["pa#ss", "p@a/ss", "p/a@ss", "pa/ss", "1/2", "pa?ss", "1?ss", "100%", "%zz"]
        {
            for url in ["postgres://u:{}@h:5432/db", "postgresql://u:{}@h/db?sslmode=require"] {
                let url = url.replace("{}", password);
                let problem = database(&url).unwrap_err();
                assert!(problem.contains("# is written as %23"), "{url}: {problem}");
                assert!(!problem.contains(password), "{url}: {problem}");
                assert_eq!(read_replica(&url).unwrap_err(), problem);
            }
            let url = format!("redis://:{password}@h:6379/0");
            let problem = redis(&url).unwrap_err();
            assert!(problem.contains("# is written as %23"), "{url}: {problem}");
        }
        for good in ["%23%40%2F%3F%25", "p@ss", "pa:ss", "pa$s&=+!", "", "größe"] {
            let url = format!("postgres://u:{good}@h:5432/db");
            assert!(database(&url).is_ok(), "{url}");
            assert!(redis(&format!("redis://:{good}@h:6379/0")).is_ok(), "{good}");
        }
        assert!(database("postgres://h/db?user=u@azure&password=p").is_err());
        assert!(database("postgres://h/db?user=u%40azure&password=p").is_ok());
    }

    #[test]
    fn several_hosts_are_refused_as_such() {
        for url in [
            "postgres://u:p@h1,h2/db?target_session_attrs=read-write",
            "postgres://u:p@h1:5432,h2:5432/db",
            "postgres://h1,h2",
            "postgres:///db?host=h1,h2",
        ] {
            let problem = database(url).unwrap_err();
            assert!(problem.contains("several hosts"), "{url}: {problem}");
        }
        assert!(database("postgres://u:p,q@h/db").is_ok(), "in a password");
    }

    #[test]
    fn a_redis_has_a_host_and_perhaps_a_number() {
        for good in
            ["redis://cache", "redis://:p@cache:6380/3", "rediss://cache/0", "redis://127.0.0.1/"]
        {
            assert!(redis(good).is_ok(), "{good:?}");
        }
        for refused in
            ["cache:6379", "redis://", "redis://cache/x", "http://cache", "redis://cache:port"]
        {
            assert!(redis(refused).is_err(), "{refused:?}");
        }
        assert_eq!(redis("redis://:p@cache:6380/3").unwrap().place, "cache:6380/3");
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
