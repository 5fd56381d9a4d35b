//! Adapters that keep everything in the process.

mod store;

pub use store::MemoryStore;
