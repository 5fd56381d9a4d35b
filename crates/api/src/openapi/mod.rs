//! The parts of the OpenAPI 3.1 document: operations, parameters, responses, schemas. The document
//! itself is put together in [`crate::document`], from the list of routes.
//!
//! It is as strict as the server: what fits it is accepted, what doesn't is refused.

mod operation;
pub(crate) mod parameters;
pub(crate) mod responses;
pub(crate) mod schemas;

pub(crate) use operation::{Operation, Resource, Tag};
