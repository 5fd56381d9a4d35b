//! basalt-contract

mod advance;
pub mod auth_states;
pub mod cache;
pub mod clock;
pub mod hasher;
pub mod idempotency;
pub mod ids;
pub mod limiter;
mod listing;
mod manual_clock;
pub mod posts;
mod race;
mod samples;
mod store;
pub mod suite;
pub mod tokens;
pub mod units;
pub mod users;

pub use advance::{Advance, advance_by};
pub use auth_states::{KeptAuthStates, elsewhere as kept_auth_states};
pub use cache::TimedCache;
pub use hasher::BoundedHasher;
pub use limiter::TimedLimiter;
pub use manual_clock::ManualClock;
pub use store::Store;
pub use tokens::{Hs256Tokens, SignedTokens, hs256 as hs256_tokens};
