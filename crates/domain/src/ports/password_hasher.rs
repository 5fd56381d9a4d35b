use async_trait::async_trait;

use super::Cause;
use crate::{CandidatePassword, Password, PasswordHash};

/// Why a password was not hashed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum HashError {
    /// Too many wait already. Worth another try later.
    #[error("too many passwords wait to be hashed")]
    Busy,
    /// Hashing failed.
    #[error("hashing failed")]
    Failed(#[source] Cause),
}

/// What a check of a password found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The password is the right one.
    pub matches: bool,
    /// The stored hash has another form or other parameters than new ones have.
    pub outdated: bool,
}

/// Turns passwords into hashes and checks them. Costs tens of milliseconds of processor time by
/// design, so an implementation MUST keep it off the async workers and bound how many wait.
#[cfg_attr(feature = "mock", mockall::automock)]
#[cfg_attr(feature = "mock", allow(clippy::ref_option_ref, reason = "what mockall makes"))]
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// A salted hash of the whole password.
    async fn hash(&self, password: &Password) -> Result<PasswordHash, HashError>;

    /// Checks `candidate` against a stored hash. With `None` (nobody has the address) it MUST do
    /// the same work as for a present hash of its own kind and never match.
    async fn verify<'a>(
        &self,
        candidate: &CandidatePassword,
        stored: Option<&'a PasswordHash>,
    ) -> Result<Verification, HashError>;

    /// A hash of `candidate`, which has just been found right, in the present form.
    async fn rehash(&self, candidate: &CandidatePassword) -> Result<PasswordHash, HashError>;
}
