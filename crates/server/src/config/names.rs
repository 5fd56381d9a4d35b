//! Names of variables, and what is almost one.

use super::{Row, variables::ALL};
use crate::invocation;

/// Names that are shorter are near too many others.
const LONG_ENOUGH: usize = 8;

pub(super) fn is_known(name: &str) -> bool {
    let bare = name.strip_suffix("_FILE").unwrap_or(name);
    ALL.iter().any(|row| row.name == bare)
}

/// The variable that is probably meant by a name in the environment, where anything may stand:
/// at most two letters away, or in small letters. With its `_FILE`, if the name has one.
pub(super) fn near_miss(name: &str) -> Option<(&'static Row, String)> {
    if is_known(name) {
        return None;
    }
    let upper = name.to_ascii_uppercase();
    let (bare, suffix) = match upper.strip_suffix("_FILE") {
        Some(bare) => (bare, "_FILE"),
        None => (&*upper, ""),
    };
    let long = ALL.iter().filter(|row| row.name.len() >= LONG_ENOUGH);
    let all = long.map(|row| (strsim::levenshtein(bare, row.name), row));
    let (_, row) =
        all.filter(|(distance, _)| *distance <= 2).min_by_key(|(distance, _)| *distance)?;
    Some((row, format!("{}{suffix}", row.name)))
}

/// What is to be said of a name in a file, which holds nothing but variables.
pub(super) fn unknown(name: &str, file: &str) -> String {
    let upper = name.to_ascii_uppercase();
    let nearest = ALL.iter().map(|row| (strsim::levenshtein(&upper, row.name), row.name));
    match nearest.min().filter(|(distance, _)| *distance <= 3) {
        Some((_, nearest)) => format!("is no variable ({file}); do you mean {nearest}?"),
        None => format!("is no variable ({file}); `{}` lists them all", invocation::of("config")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_two_letters_away_or_in_small_letters_is_a_near_miss() {
        for (name, meant) in [
            ("DATBASE_URL", "DATABASE_URL"),
            ("REDIS_ULR", "REDIS_URL"),
            ("REDIS_URI", "REDIS_URL"),
            ("database_url", "DATABASE_URL"),
            ("JWT_SECERT_FILE", "JWT_SECRET_FILE"),
            ("ADMIN_MAIL", "ADMIN_EMAIL"),
        ] {
            assert_eq!(near_miss(name).unwrap().1, meant, "{name}");
        }
        for other in ["DATABASE_URL", "JWT_SECRET_FILE", "DB_URL", "POST", "HOSTNAME", "REDIS_PORT"]
        {
            assert!(near_miss(other).is_none(), "{other}");
        }
    }
}
