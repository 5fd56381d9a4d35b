//! Passwords with Argon2id (RFC 9106), and with bcrypt where one is stored.

mod queue;

use std::{num::NonZero, sync::Arc, thread, time::Duration};

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
use async_trait::async_trait;
use basalt_domain::{
    CandidatePassword, Password, PasswordHash,
    ports::{HashError, PasswordHasher, Verification},
};
use queue::Queue;
use tokio::task::spawn_blocking;
use tracing::info_span;

use super::stored::{Stored, failed};
use crate::SPANS;

/// How much work hashing is, and how much of it may go on.
#[derive(Clone, Debug)]
pub struct HashingOptions {
    /// Hashes made at once, each with a thread and `params.m_cost()` KiB of its own.
    pub permits: usize,
    /// Whoever would wait longer for a permit, by what hashes have taken of late, is refused at
    /// once.
    pub max_wait: Duration,
    /// Memory, passes and lanes of new hashes.
    pub params: Params,
}

impl Default for HashingOptions {
    /// OWASP's parameters (19 MiB, two passes, one lane: about 40 ms), on half of the cores, so
    /// that a flood of logins leaves the other half to everything else. A second lets some 25 wait
    /// for each permit.
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let permits = (cores / 2).max(1);
        Self { permits, max_wait: Duration::from_secs(1), params: Params::DEFAULT }
    }
}

impl HashingOptions {
    /// The cheapest hashes there are, for tests: thirty microseconds each. Never for passwords of
    /// people.
    #[must_use]
    pub fn cheap(self) -> Self {
        Self { params: CHEAPEST, ..self }
    }
}

const CHEAPEST: Params =
    match Params::new(Params::MIN_M_COST, Params::MIN_T_COST, Params::MIN_P_COST, None) {
        Ok(params) => params,
        Err(_) => panic!("the least parameters are within their bounds"),
    };

/// Hashes with Argon2id, checks Argon2 and bcrypt.
///
/// The work runs on blocking threads and holds its permit until it has ended, also when the
/// caller has gone away meanwhile: a client that hangs up saves us nothing, so it must not make
/// room for another.
pub struct Argon2Hasher {
    argon2: Argon2<'static>,
    queue: Arc<Queue>,
}

impl Argon2Hasher {
    /// A hasher with permits and a queue of its own: make one for the process.
    pub fn new(options: HashingOptions) -> Self {
        Self {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, options.params),
            queue: Queue::new(options.permits, options.max_wait),
        }
    }

    /// Waits for a permit and does `work` on a blocking thread.
    async fn run<T, F>(&self, work: F) -> Result<T, HashError>
    where
        T: Send + 'static,
        F: FnOnce(Argon2<'static>) -> Result<T, HashError> + Send + 'static,
    {
        let place = self.queue.enter().ok_or(HashError::Busy)?;
        let waiting = info_span!(target: SPANS, "wait to hash a password");
        let permit = place.permit().await;
        drop(waiting);
        let hashing = info_span!(target: SPANS, "hash a password");
        let argon2 = self.argon2.clone();
        spawn_blocking(move || {
            // All are held until the work ends.
            let done = place.work(|| work(argon2));
            drop((permit, hashing));
            done
        })
        .await
        .map_err(failed)?
    }

    async fn hash_text(&self, password: &str) -> Result<PasswordHash, HashError> {
        let password = password.to_owned();
        self.run(move |argon2| {
            let hash = argon2.hash_password(password.as_bytes()).map_err(failed)?;
            Ok(PasswordHash::from_stored(hash.to_string()))
        })
        .await
    }
}

#[async_trait]
impl PasswordHasher for Argon2Hasher {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, HashError> {
        self.hash_text(password.expose()).await
    }

    async fn verify<'a>(
        &self,
        candidate: &CandidatePassword,
        stored: Option<&'a PasswordHash>,
    ) -> Result<Verification, HashError> {
        let password = candidate.expose().to_owned();
        let stored = stored.map(|hash| Stored::read(hash, self.argon2.params())).transpose()?;
        self.run(move |argon2| match stored {
            Some(stored) => stored.check(&password),
            None => refuse(&argon2, &password),
        })
        .await
    }

    async fn rehash(&self, candidate: &CandidatePassword) -> Result<PasswordHash, HashError> {
        self.hash_text(candidate.expose()).await
    }
}

/// The work of a check, with nothing to check against. The output is never compared: no password
/// is the right one for nobody.
fn refuse(argon2: &Argon2<'_>, password: &str) -> Result<Verification, HashError> {
    let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
    argon2
        .hash_password_into(password.as_bytes(), &[0; argon2::RECOMMENDED_SALT_LEN], &mut output)
        .map_err(failed)?;
    std::hint::black_box(output);
    Ok(Verification { matches: false, outdated: false })
}

#[cfg(test)]
mod tests;
