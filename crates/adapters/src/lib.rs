//! basalt-adapters

pub mod memory;
pub mod security;
pub mod system;
