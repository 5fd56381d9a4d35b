//! Schemas that are stricter than those of the document.

use serde_json::{Value, json};

/// A schema that lets nothing grow: objects have the properties that it names and no others, times
/// have six digits.
pub(super) fn closed(schema: &Value) -> Value {
    let mut schema = schema.clone();
    close(&mut schema);
    schema
}

fn close(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(close),
        Value::Object(members) => {
            members.values_mut().for_each(close);
            if members.get("properties").is_some_and(Value::is_object)
                && members.get("type") == Some(&json!("object"))
            {
                members.insert("additionalProperties".to_owned(), json!(false));
            }
            if members.get("format") == Some(&json!("date-time")) {
                let six = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z$";
                members.insert("pattern".to_owned(), json!(six));
            }
        }
        _ => {}
    }
}
