//! Black-box tests: the real server on a real database, and the contract of its HTTP API.
//!
//! The modules follow the paths, then the topics that concern every path. Each answer that goes
//! through a client of [`support`] is also held against the OpenAPI document.

mod auth;
mod conditional;
mod errors;
mod idempotency;
mod limits;
mod lists;
mod posts;
mod support;
mod users;
