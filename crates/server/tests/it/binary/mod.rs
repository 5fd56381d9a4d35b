//! The command itself.

mod commands;
mod configuration;
mod files;
mod recount;
#[cfg(unix)]
mod rights;
mod serving;
#[cfg(target_os = "linux")]
mod terminal;
