//! The server from outside: its configuration, its sockets, its command line.

mod abandoned;
mod application;
mod binary;
mod config;
mod stores;
mod support;
mod traces;
mod transport;
