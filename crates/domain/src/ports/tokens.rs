use super::Cause;
use crate::{Claims, Timestamp};

/// Why a token is none.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TokenError {
    /// Its form, signature or a claim is wrong.
    #[error("the token is invalid")]
    Invalid,
    /// It was good until it expired.
    #[error("the token has expired")]
    Expired,
}

/// Writes and reads signed tokens, without I/O.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Tokens: Send + Sync {
    /// A signed token with these claims.
    fn issue(&self, claims: &Claims) -> Result<String, Cause>;

    /// The claims of a token whose signature is good and whose time is not over at `now`. MUST
    /// refuse every other algorithm, a missing or mistyped claim, and a claim or header that it
    /// has to understand and doesn't.
    fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, TokenError>;
}
