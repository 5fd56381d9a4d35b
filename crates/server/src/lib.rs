//! The process around the API: configuration, command line, telemetry, the HTTP transport and the
//! composition root.
//!
//! **What is here.** [`config`] reads and checks every variable; [`cli`] is the command line;
//! [`telemetry`] writes logs and counts; [`transport`] watches over connections; [`application`]
//! chooses the adapters and puts everything together, for production and for tests alike;
//! `invocation` knows how commands are run here, for advice that can be pasted.
//!
//! **What must never be here.** Rules, routes, SQL.
//!
//! **How to extend it.** A new variable is a line in `config/variables.rs` and a field of
//! [`config::Config`]; the tests then ask for it in `.env.example` and the documentation. Another
//! adapter is another line in `application/`.

pub mod application;
pub mod cli;
pub mod config;
mod invocation;
pub mod telemetry;
pub mod transport;
