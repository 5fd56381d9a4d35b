//! Where data is kept.

use std::path::PathBuf;

use super::Parsed;
use crate::config::types::DatabaseUrl;

pub(in crate::config) fn database(raw: &str) -> Parsed<DatabaseUrl> {
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

pub(in crate::config) fn read_replica(_: &str) -> Parsed<DatabaseUrl> {
    Err("needs PostgreSQL, which is not part of this build yet; remove it".to_owned())
}

pub(in crate::config) fn redis(_: &str) -> Parsed<String> {
    Err("needs Redis, which is not part of this build yet; remove it".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
