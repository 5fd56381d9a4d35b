//! basalt-adapters

pub mod memory;
pub mod sea;
pub mod security;
pub mod system;
