use std::{
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use basalt_domain::{
    CandidatePassword, Password, PasswordHash, Timestamp,
    ports::{Clock, HashError, Ids, PasswordHasher, Verification},
};
use uuid::Uuid;

/// Stands still until it is moved.
pub(crate) struct SteppableClock(AtomicI64);

impl Default for SteppableClock {
    /// In November 2023, half a second past the whole one, since tokens tell whole seconds.
    fn default() -> Self {
        Self(AtomicI64::new(1_700_000_000_500_000))
    }
}

impl SteppableClock {
    pub(crate) fn step(&self, by: Duration) {
        let micros = i64::try_from(by.as_micros()).unwrap();
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for SteppableClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// Gives out 1, 2, 3, …
#[derive(Default)]
pub(super) struct CountingIds(AtomicU64);

impl Ids for CountingIds {
    fn next(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::SeqCst)) + 1)
    }
}

/// "Hashes" without work. What [`outdated_hash`] makes is right and outdated.
pub(super) struct CheapHasher;

pub(crate) fn present_hash(raw: &str) -> PasswordHash {
    PasswordHash::from_stored(format!("present:{raw}"))
}

pub(crate) fn outdated_hash(raw: &str) -> PasswordHash {
    PasswordHash::from_stored(format!("outdated:{raw}"))
}

#[async_trait]
impl PasswordHasher for CheapHasher {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, HashError> {
        Ok(present_hash(password.expose()))
    }

    async fn verify<'a>(
        &self,
        candidate: &CandidatePassword,
        stored: Option<&'a PasswordHash>,
    ) -> Result<Verification, HashError> {
        let outdated = stored == Some(&outdated_hash(candidate.expose()));
        let present = stored == Some(&present_hash(candidate.expose()));
        Ok(Verification { matches: outdated || present, outdated })
    }

    async fn rehash(&self, candidate: &CandidatePassword) -> Result<PasswordHash, HashError> {
        Ok(present_hash(candidate.expose()))
    }
}
