//! basalt-adapters

pub mod memory;
