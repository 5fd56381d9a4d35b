//! basalt-contract

mod advance;
pub mod auth_states;
pub mod idempotency;
mod listing;
mod manual_clock;
pub mod posts;
mod race;
mod samples;
mod store;
pub mod suite;
pub mod units;
pub mod users;

pub use advance::{Advance, advance_by};
pub use auth_states::{KeptAuthStates, elsewhere as kept_auth_states};
pub use manual_clock::ManualClock;
pub use store::Store;
