//! The OpenAPI document is exact.

mod bodies;
mod candidates;
mod document;
mod matrix;
mod parameters;
