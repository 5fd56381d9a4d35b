//! The parts of the OpenAPI 3.1 document: operations, parameters, responses, schemas. The document
//! itself is put together in [`crate::document`], from the list of routes.
//!
//! It is as strict as the server: what fits it is accepted, what doesn't is refused.

mod examples;
mod operation;
pub(crate) mod parameters;
mod resource;
pub(crate) mod responses;
mod rule;
pub(crate) mod schemas;
mod tag;

pub(crate) use operation::Operation;
pub(crate) use resource::{Resource, Rows};
pub(crate) use tag::Tag;
