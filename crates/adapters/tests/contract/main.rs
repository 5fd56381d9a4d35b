//! Runs the contract suite on every adapter.

mod memory;
