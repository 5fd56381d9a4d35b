//! The server from outside: its configuration, its sockets, its command line.

mod config;
mod transport;
