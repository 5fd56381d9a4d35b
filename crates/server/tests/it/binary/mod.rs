//! The command itself.

mod commands;
mod configuration;
mod serving;
