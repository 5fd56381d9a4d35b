//! Passwords and tokens.
//!
//! [`Argon2Hasher`] hashes and checks passwords on threads of its own, [`JwtTokens`] writes and
//! reads tokens, [`common_passwords::is_common`] is what a password policy may ask.

mod argon2;
pub mod common_passwords;
mod hs256;
mod jwt;
mod stored;

pub use ::argon2::Params as Argon2Params;
pub use argon2::{Argon2Hasher, HashingOptions};
pub use jwt::{AUDIENCE, ISSUER, JwtOptions, JwtTokens};
