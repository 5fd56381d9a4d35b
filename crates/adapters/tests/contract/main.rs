//! Runs the contract suite on every adapter.

mod cached;
mod memory;
mod security;
mod sqlite;
mod system;
