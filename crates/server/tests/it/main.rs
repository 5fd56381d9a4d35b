//! The server from outside: its configuration, its sockets, its command line.

mod application;
mod binary;
mod config;
mod stores;
mod support;
#[cfg(feature = "otlp")]
mod traces;
mod transport;
