//! Which promises refuse which fault.

mod listed;
mod rows;
mod states;
mod totals;
mod transactions;
mod versions;
