//! Parameters of operations.

use basalt_domain::SortField;
use serde_json::{Value, json};

use super::schemas::{self, reference};

fn query(name: &str, description: &str, schema: &Value) -> Value {
    json!({"name": name, "in": "query", "description": description, "schema": schema})
}

fn header(name: &str, description: &str, schema: &Value) -> Value {
    json!({"name": name, "in": "header", "description": description, "schema": schema})
}

/// The `{id}` of a path.
pub(crate) fn id() -> Value {
    json!({
        "name": "id",
        "in": "path",
        "required": true,
        "schema": reference("Id"),
    })
}

/// What all lists take.
pub(crate) fn list<F: SortField>() -> Vec<Value> {
    let sorts: Vec<_> = F::ALL
        .iter()
        .flat_map(|field| [field.as_str().to_owned(), format!("-{}", field.as_str())])
        .collect();
    let mut cursor = query(
        "cursor",
        "Empty to start a walk, then `pagination.next` of the step before",
        &json!({"type": "string"}),
    );
    // Without it some clients never send the empty one that starts a walk.
    cursor["allowEmptyValue"] = json!(true);
    let number = json!({"type": "integer", "minimum": 1});
    vec![
        query(
            "page",
            "The page, from 1; not beside `cursor`, and not beyond row 10,000",
            &number,
        ),
        query(
            "limit",
            "Rows on a page, 10 when left out; over 100 is used as 100",
            &number,
        ),
        cursor,
        query(
            "sort",
            "`-createdAt` when left out; equal rows follow by id",
            &json!({"type": "string", "enum": sorts}),
        ),
        query(
            "search",
            "Looked for without regard to case; `%` and `_` are themselves",
            &schemas::search(),
        ),
    ]
}

/// A role.
pub(crate) fn role() -> Value {
    query("role", "This role only", &reference("Role"))
}

/// True or false.
pub(crate) fn flag(name: &str, description: &str) -> Value {
    query(name, description, &json!({"type": "boolean"}))
}

/// An exact address.
pub(crate) fn email() -> Value {
    query("email", "Exactly this address", &reference("EmailAddress"))
}

/// The author of posts.
pub(crate) fn author() -> Value {
    query("author", "Posts of this user only", &reference("Id"))
}

/// `If-Match`
pub(crate) fn if_match() -> Value {
    let description = "The tags of states that may be changed; 412 when it has another";
    header("If-Match", description, &json!({"type": "string"}))
}

/// `If-None-Match`
pub(crate) fn if_none_match() -> Value {
    let description = "The tags the client has already; 304 when it is one of them";
    header("If-None-Match", description, &json!({"type": "string"}))
}

/// `Idempotency-Key`
pub(crate) fn idempotency_key() -> Value {
    let description = "Names this attempt: the same key and body within 24 hours give the first \
                       answer again";
    header("Idempotency-Key", description, &schemas::idempotency_key())
}
