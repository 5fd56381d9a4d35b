//! The steps of the schema, and what the database does by itself.

mod list_states;
mod support;
mod up_and_down;
