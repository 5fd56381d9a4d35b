//! The OpenAPI document is exact.

mod bodies;
mod candidates;
mod document;
mod examples;
mod matrix;
mod parameters;
mod patterns;
mod words;
