//! The server from outside: its configuration, its sockets, its command line.

mod application;
mod binary;
mod config;
mod transport;
