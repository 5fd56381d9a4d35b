//! The command itself.

mod commands;
mod configuration;
mod files;
#[cfg(unix)]
mod rights;
mod serving;
#[cfg(target_os = "linux")]
mod terminal;
