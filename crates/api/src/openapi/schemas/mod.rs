//! Schemas of bodies.

mod answers;
mod requests;
mod texts;

use basalt_domain::PasswordPolicy;
use serde_json::{Map, Value, json};

pub(super) use texts::{idempotency_key, search};

/// Leads to the schema with this name.
pub(crate) fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Every schema that has a name.
pub(crate) fn all(policy: &PasswordPolicy) -> Value {
    let mut schemas = Map::new();
    requests::add(&mut schemas, policy);
    answers::add(&mut schemas);
    Value::Object(schemas)
}
