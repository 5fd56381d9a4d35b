//! Adapters that keep everything in the process.

mod arrivals;
mod rate_limiter;
mod store;

pub use rate_limiter::GovernorLimiter;
pub use store::MemoryStore;
