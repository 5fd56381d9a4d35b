//! Runs the contract suite on every adapter.

mod cached;
mod memory;
mod postgres;
mod redis;
mod security;
mod sqlite;
mod system;
