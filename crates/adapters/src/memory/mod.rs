//! Adapters that keep everything in the process.

mod arrivals;
mod post_cache;
mod rate_limiter;
mod store;

pub use post_cache::MokaPostCache;
pub use rate_limiter::GovernorLimiter;
pub use store::MemoryStore;
