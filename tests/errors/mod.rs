//! Errors: their two forms, and when each comes.

mod bodies;
mod envelope;
mod json;
mod media;
mod methods;
mod order;
mod problem;
mod time;
