//! basalt-adapters

pub mod cached;
pub mod memory;
pub mod sea;
pub mod security;
pub mod system;
#[cfg(test)]
mod test_support;
