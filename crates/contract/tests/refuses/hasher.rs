//! Hashers that compare or work too little.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use argon2::Params;
use async_trait::async_trait;
use basalt_adapters::security::{Argon2Hasher, HashingOptions};
use basalt_contract::BoundedHasher;
use basalt_domain::{
    CandidatePassword, Password, PasswordHash, PasswordPolicy,
    ports::{HashError, PasswordHasher, Verification},
};

use crate::proof::{Proof, at_least, exactly};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// Reads 72 bytes, as bcrypt does.
    Truncates,
    /// Reads 8 bytes, as crypt of DES does.
    ReadsEight,
    /// Cuts blanks at both ends.
    Trims,
    /// Compares without case.
    Folds,
    /// Gives one password the same hash each time.
    OneSalt,
    /// Stores the password.
    Plain,
    /// Takes what is no hash for a password.
    PlainWithoutHash,
    /// Takes every hash for an old one.
    AlwaysOutdated,
    /// Answers for nobody at once.
    NobodyIsQuick,
    /// Lets everybody in who knows nobody's password.
    NobodyMatches,
    /// Works where it is asked.
    BlocksWorkers,
    /// Lets everybody wait.
    NoBound,
    /// Never gives a place back that was taken in a flood.
    StaysBusy,
}

const PLACES: usize = 2;

fn cut(raw: &str, bytes: usize) -> String {
    String::from_utf8_lossy(&raw.as_bytes()[..raw.len().min(bytes)]).into()
}

struct Faulty {
    inner: Argon2Hasher,
    fault: Fault,
    hashes: Mutex<HashMap<String, PasswordHash>>,
    was_busy: Mutex<bool>,
}

impl Faulty {
    /// What the fault makes of a password.
    fn read(&self, raw: &str) -> String {
        match self.fault {
            Fault::Truncates => cut(raw, 72),
            Fault::ReadsEight => cut(raw, 8),
            Fault::Trims => raw.trim().to_owned(),
            Fault::Folds => raw.to_lowercase(),
            _ => raw.to_owned(),
        }
    }

    fn candidate(&self, candidate: &CandidatePassword) -> CandidatePassword {
        let read = self.read(candidate.expose());
        CandidatePassword::parse(&read).unwrap_or_else(|_| candidate.clone())
    }

    async fn run<T>(
        &self,
        work: impl Future<Output = Result<T, HashError>>,
    ) -> Result<T, HashError> {
        if self.fault == Fault::BlocksWorkers {
            return tokio::task::block_in_place(|| {
                tokio::runtime::Handle::current().block_on(work)
            });
        }
        let done = work.await;
        if self.fault != Fault::StaysBusy {
            return done;
        }
        let mut was_busy = self.was_busy.lock().unwrap_or_else(PoisonError::into_inner);
        *was_busy |= matches!(done, Err(HashError::Busy));
        if *was_busy { Err(HashError::Busy) } else { done }
    }
}

#[async_trait]
impl PasswordHasher for Faulty {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, HashError> {
        let read = self.read(password.expose());
        if self.fault == Fault::Plain {
            let hashed = self.run(self.inner.hash(password)).await?;
            return Ok(PasswordHash::from_stored(format!("{}\t{read}", hashed.expose())));
        }
        let policy = PasswordPolicy { min_chars: 1, is_common: None };
        let read = Password::parse(&read, &policy).expect("a valid password");
        let hashed = self.run(self.inner.hash(&read)).await?;
        if self.fault == Fault::OneSalt {
            let mut hashes = self.hashes.lock().unwrap_or_else(PoisonError::into_inner);
            let first = hashes.entry(read.expose().to_owned()).or_insert(hashed);
            return Ok(first.clone());
        }
        Ok(hashed)
    }

    async fn verify<'a>(
        &self,
        candidate: &CandidatePassword,
        stored: Option<&'a PasswordHash>,
    ) -> Result<Verification, HashError> {
        let candidate = self.candidate(candidate);
        let nobody = |matches| Verification { matches, outdated: false };
        if stored.is_none() {
            match self.fault {
                Fault::NobodyIsQuick => return Ok(nobody(false)),
                Fault::NobodyMatches if candidate.expose() == "dummy" => return Ok(nobody(true)),
                _ => {}
            }
        }
        let is_plain = stored.is_some_and(|stored| stored.expose() == candidate.expose());
        if is_plain && self.fault == Fault::PlainWithoutHash {
            return Ok(Verification { matches: true, outdated: true });
        }
        let hash = stored.map(|stored| {
            let hash = stored.expose().split('\t').next().unwrap_or_default();
            PasswordHash::from_stored(hash)
        });
        let found = self.run(self.inner.verify(&candidate, hash.as_ref())).await?;
        Ok(Verification {
            outdated: found.outdated || self.fault == Fault::AlwaysOutdated,
            ..found
        })
    }

    async fn rehash(&self, candidate: &CandidatePassword) -> Result<PasswordHash, HashError> {
        let candidate = self.candidate(candidate);
        self.run(self.inner.rehash(&candidate)).await
    }
}

pub(crate) fn with(fault: Fault) -> impl AsyncFn() -> BoundedHasher + Sync {
    async move || {
        let max_wait = if fault == Fault::NoBound { Duration::MAX } else { Duration::ZERO };
        let inner = Argon2Hasher::new(HashingOptions {
            permits: PLACES,
            max_wait,
            params: Params::new(1_024, 1, 1, None).expect("parameters within their bounds"),
        });
        BoundedHasher {
            hasher: Arc::new(Faulty {
                inner,
                fault,
                hashes: Mutex::default(),
                was_busy: Mutex::default(),
            }),
            places: PLACES,
        }
    }
}

pub(crate) const PROOFS: &[Proof<Fault>] = &[
    exactly(Fault::None, &[]),
    exactly(
        Fault::Truncates,
        &[
            "a_rehash_is_of_the_whole_candidate_and_not_outdated",
            "the_whole_of_a_long_password_counts",
        ],
    ),
    at_least(Fault::Trims, &["passwords_are_compared_as_they_are"]),
    exactly(Fault::Folds, &["passwords_are_compared_as_they_are"]),
    exactly(Fault::OneSalt, &["two_hashes_of_one_password_differ"]),
    at_least(Fault::Plain, &["a_hash_does_not_hold_the_password"]),
    at_least(
        Fault::AlwaysOutdated,
        &["a_fresh_hash_is_not_outdated", "a_rehash_is_of_the_whole_candidate_and_not_outdated"],
    ),
    exactly(Fault::NobodyIsQuick, &["nobodys_password_costs_the_same_work"]),
    exactly(Fault::NobodyMatches, &["nobodys_password_never_matches"]),
    at_least(Fault::BlocksWorkers, &["hashing_keeps_off_the_async_workers"]),
    exactly(Fault::NoBound, &["a_flood_of_passwords_is_refused_as_busy"]),
    at_least(Fault::StaysBusy, &["a_hasher_that_was_flooded_serves_again"]),
    exactly(
        Fault::ReadsEight,
        &[
            "a_rehash_is_of_the_whole_candidate_and_not_outdated",
            "passwords_are_compared_as_they_are",
            "the_right_password_matches_and_no_other",
            "the_whole_of_a_long_password_counts",
        ],
    ),
    exactly(Fault::PlainWithoutHash, &["what_is_no_hash_never_matches"]),
];
