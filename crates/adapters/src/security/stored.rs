//! Reads stored hashes. What stands in a store decides how much work a login makes, so it is
//! bounded before any work is done.

use std::str::FromStr;

use argon2::{Algorithm, Argon2, Params, PasswordVerifier, Version, password_hash::phc};
use basalt_domain::{
    PasswordHash,
    ports::{HashError, Verification},
};

/// 64 MiB: three times what new hashes use, and what [RFC 9106] recommends at most.
///
/// [RFC 9106]: https://www.rfc-editor.org/rfc/rfc9106
const MAX_MEMORY_KIB: u32 = 64 * 1024;
const MAX_PASSES: u32 = 10;
const MAX_LANES: u32 = 4;
/// Memory times passes: half a second of work.
const MAX_WORK: u64 = 4 * MAX_MEMORY_KIB as u64;
/// Each step doubles the work; 14 takes about a second.
const BCRYPT_COSTS: std::ops::RangeInclusive<u32> = 4..=14;

/// A stored hash that may be checked.
pub(super) enum Stored {
    /// Argon2, any of its variants.
    Argon2 { hash: Box<phc::PasswordHash>, outdated: bool },
    /// bcrypt, from a system whose users moved in.
    Bcrypt(String),
}

impl Stored {
    /// Reads `hash`; `present` are the parameters of new hashes.
    pub(super) fn read(hash: &PasswordHash, present: &Params) -> Result<Self, HashError> {
        let hash = hash.expose();
        if hash.starts_with("$argon2") {
            read_argon2(hash, present)
        } else if ["$2a$", "$2b$", "$2y$"].iter().any(|form| hash.starts_with(form)) {
            read_bcrypt(hash)
        } else {
            Err(failed("the stored hash has no known form"))
        }
    }

    /// Compares; takes as long for a wrong password as for the right one.
    pub(super) fn check(&self, password: &str) -> Result<Verification, HashError> {
        match self {
            Self::Argon2 { hash, outdated } => {
                let matches = match Argon2::default().verify_password(password.as_bytes(), &**hash)
                {
                    Ok(()) => true,
                    Err(argon2::password_hash::Error::PasswordInvalid) => false,
                    Err(error) => return Err(failed(error)),
                };
                Ok(Verification { matches, outdated: *outdated })
            }
            // Reads the first 72 bytes, as bcrypt always did.
            Self::Bcrypt(hash) => Ok(Verification {
                matches: bcrypt::verify(password, hash).map_err(failed)?,
                outdated: true,
            }),
        }
    }
}

fn read_argon2(hash: &str, present: &Params) -> Result<Stored, HashError> {
    let hash = phc::PasswordHash::new(hash).map_err(failed)?;
    if hash.salt.is_none() || hash.hash.is_none() {
        return Err(failed("the stored hash has no salt or no output"));
    }
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).map_err(failed)?;
    let params = Params::try_from(&hash).map_err(failed)?;
    if costs(&params) != costs(present) && !is_bounded(&params) {
        return Err(failed("the stored hash asks for too much work"));
    }
    let outdated = algorithm != Algorithm::Argon2id
        || hash.version != Some(Version::V0x13.into())
        || costs(&params) != costs(present);
    let hash = Box::new(hash);
    Ok(Stored::Argon2 { hash, outdated })
}

fn costs(params: &Params) -> [u32; 3] {
    [params.m_cost(), params.t_cost(), params.p_cost()]
}

fn is_bounded(params: &Params) -> bool {
    params.m_cost() <= MAX_MEMORY_KIB
        && params.t_cost() <= MAX_PASSES
        && params.p_cost() <= MAX_LANES
        && u64::from(params.m_cost()) * u64::from(params.t_cost()) <= MAX_WORK
}

fn read_bcrypt(hash: &str) -> Result<Stored, HashError> {
    let cost = bcrypt::HashParts::from_str(hash).map_err(failed)?.get_cost();
    if !BCRYPT_COSTS.contains(&cost) {
        return Err(failed("the stored hash asks for too much work"));
    }
    Ok(Stored::Bcrypt(hash.to_owned()))
}

pub(super) fn failed(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> HashError {
    HashError::Failed(cause.into().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALT_AND_OUTPUT: &str =
        "c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    fn present() -> Params {
        Params::new(64, 2, 1, None).unwrap()
    }

    fn read(hash: &str) -> Result<Stored, HashError> {
        Stored::read(&PasswordHash::from_stored(hash), &present())
    }

    fn argon2(form: &str) -> Result<Stored, HashError> {
        read(&format!("${form}${SALT_AND_OUTPUT}"))
    }

    #[track_caller]
    fn assert_outdated(form: &str, expected: bool) {
        let Ok(Stored::Argon2 { outdated, .. }) = argon2(form) else {
            panic!("{form} is refused");
        };
        assert_eq!(outdated, expected, "{form}");
    }

    #[test]
    fn a_hash_is_outdated_when_anything_but_salt_and_output_differs_from_new_ones() {
        assert_outdated("argon2id$v=19$m=64,t=2,p=1", false);
        assert_outdated("argon2id$v=19$m=65,t=2,p=1", true);
        assert_outdated("argon2id$v=19$m=64,t=3,p=1", true);
        assert_outdated("argon2id$v=19$m=64,t=2,p=2", true);
        assert_outdated("argon2id$v=16$m=64,t=2,p=1", true);
        assert_outdated("argon2id$m=64,t=2,p=1", true);
        assert_outdated("argon2i$v=19$m=64,t=2,p=1", true);
    }

    #[test]
    fn a_hash_that_asks_for_too_much_work_is_refused_before_any_is_done() {
        for costs in [
            "m=4294967295,t=1,p=1",
            "m=65537,t=1,p=1",
            "m=64,t=11,p=1",
            "m=64,t=4294967295,p=1",
            "m=64,t=1,p=5",
            "m=65536,t=5,p=1",
        ] {
            assert!(argon2(&format!("argon2id$v=19${costs}")).is_err(), "{costs}");
        }
        assert_outdated("argon2id$v=19$m=65536,t=4,p=4", true);
        for cost in ["03", "15", "31", "99"] {
            let hash = format!("$2b${cost}$abcdefghijklmnopqrstuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu");
            assert!(read(&hash).is_err(), "{hash}");
        }
    }

    #[test]
    fn what_is_no_hash_fails() {
        for hash in [
            "",
            "password",
            "$",
            "$argon2id$",
            "$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHRzb21lc2FsdA",
            "$argon2id$v=19$m=8,t=0,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
            "$argon3$v=19$m=64,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
            "$2b$10$",
            "$2x$10$abcdefghijklmnopqrstuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu",
            "$2b$10$éééééééééééééééééééééééééé",
            "5f4dcc3b5aa765d61d8327deb882cf99",
        ] {
            assert!(matches!(read(hash), Err(HashError::Failed(_))), "{hash}");
        }
    }
}
