//! basalt-adapters

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
