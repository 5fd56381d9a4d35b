//! Black-box tests: the real server on a real database, and the contract of its HTTP API.
//!
//! The modules follow the paths, then the topics that concern every path. Each answer that goes
//! through a client of [`support`] is also held against the OpenAPI document.

mod aborted;
mod auth;
mod combinations;
mod conditional;
mod crash;
mod docs;
mod errors;
mod everywhere;
mod fuzz;
mod health;
mod idempotency;
mod limits;
mod lists;
mod logs;
mod metrics;
mod openapi;
mod operators;
mod posts;
mod production;
mod read_replica;
mod replaced;
mod replicas;
mod round_trips;
mod shutdown;
mod slow;
mod stale;
mod store_faults;
mod support;
mod told;
mod users;
