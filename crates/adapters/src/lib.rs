//! basalt-adapters

/// The target of the spans around what a request waits for. They are for traces and never for the
/// log; `SeaORM` makes those around statements itself. They name what is done, and never to what.
pub const SPANS: &str = "basalt::spans";

mod breaker;
pub mod cached;
mod decisions;
pub mod files;
pub mod memory;
pub mod redis;
pub mod sea;
pub mod security;
pub mod system;
#[cfg(test)]
mod test_support;
