//! The PostgreSQL and Redis that tests run against: this is the one place that decides which, and
//! says so on stderr, once a process.
//!
//! In this order:
//!
//! 1. A server that is given: `TEST_DATABASE_URL`, `TEST_REDIS_URL`. **Give nothing that holds
//!    data.** In PostgreSQL tests create and drop databases (the user needs `CREATEDB`); in Redis
//!    they empty every logical database. One run at a time may use a given Redis.
//! 2. Containers, where a Docker engine answers and has or can pull the images, which
//!    `TEST_POSTGRES_IMAGE` and `TEST_REDIS_IMAGE` name.
//! 3. `postgres` and `redis-server` found on this machine, started on free ports with their files
//!    in a temporary folder.
//!
//! `TEST_STORES=containers` or `TEST_STORES=binaries` allows one way only. Where there is none,
//! the store is missing: that is said, its tests do nothing, and with `CI=true` they fail.
//!
//! What is started ends with the test process, also with one that is killed: a shell process per
//! server waits for that and clears up.

mod choice;
mod containers;
mod instance;
mod kind;
mod local;
mod postgres;
mod programs;
mod redis;
mod watchdog;

pub use instance::{Instance, own_postgres, own_redis};
pub use postgres::{Database, Postgres, postgres};
pub use redis::{Keyspace, Redis, redis};
