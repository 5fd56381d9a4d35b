//! Runs the contract suite on every adapter.

mod cached;
mod memory;
mod redis;
mod security;
mod sqlite;
mod system;
