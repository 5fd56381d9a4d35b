//! Responses and their headers.

use serde_json::{Map, Value, json};

use crate::error::Code;

/// Headers that every answer has, then those of the limits.
const EVERYWHERE: &[&str] = &["X-Request-Id"];
const LIMITED: &[&str] = &[
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "RateLimit-Policy",
    "RateLimit",
];

/// A success with or without a body.
pub(super) fn success(description: &str, headers: &[&str], content: Option<Value>) -> Value {
    let mut response = json!({"description": description, "headers": header_refs(headers)});
    if let Some(schema) = content {
        response["content"] = json!({"application/json": {"schema": schema}});
    }
    response
}

/// The success envelope around `data`.
pub(super) fn envelope(has_message: bool, data: &Value) -> Value {
    let mut properties = json!({"success": {"const": true}, "data": data});
    let mut required = vec!["success", "data"];
    if has_message {
        properties["message"] = json!({"type": "string"});
        required.push("message");
    }
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    })
}

/// The success envelope around a list of `item`.
pub(super) fn list_envelope(item: &Value) -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["success", "data", "pagination"],
        "properties": {
            "success": {"const": true},
            "data": {"type": "array", "items": item},
            "pagination": {"oneOf": [
                {"$ref": "#/components/schemas/PagePagination"},
                {"$ref": "#/components/schemas/WalkPagination"},
            ]},
        },
    })
}

/// An error, in both media types. All errors of one status look alike; the codes stand in the
/// description.
pub(super) fn error(status: u16, codes: &[Code], is_limited: bool) -> Value {
    let names: Vec<_> = codes
        .iter()
        .map(|code| format!("`{}`", code.as_str()))
        .collect();
    let mut headers: Vec<&str> = match status {
        401 => vec!["WWW-Authenticate"],
        412 => vec!["ETag"],
        429 | 503 => vec!["Retry-After"],
        _ => Vec::new(),
    };
    if codes.contains(&Code::IdempotencyInProgress) {
        headers.push("Retry-After");
    }
    let mut response = json!({
        "description": names.join(", "),
        "headers": header_refs(&headers),
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Error"}},
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
        },
    });
    // What is refused before the limits were asked has none of their headers.
    add_common_headers(&mut response, is_limited && !matches!(status, 503));
    response
}

pub(super) fn add_common_headers(response: &mut Value, is_limited: bool) {
    let limited = if is_limited { LIMITED } else { &[] };
    let Some(headers) = response["headers"].as_object_mut() else {
        return;
    };
    for name in EVERYWHERE.iter().chain(limited) {
        headers.insert((*name).to_owned(), header_ref(name));
    }
}

fn header_refs(names: &[&str]) -> Value {
    let refs: Map<String, Value> = names
        .iter()
        .map(|name| ((*name).to_owned(), header_ref(name)))
        .collect();
    Value::Object(refs)
}

fn header_ref(name: &str) -> Value {
    json!({"$ref": format!("#/components/headers/{name}")})
}

/// Every header that an answer may have.
pub(crate) fn headers() -> Value {
    let text =
        |description: &str| json!({"description": description, "schema": {"type": "string"}});
    let number = |description: &str| json!({"description": description, "schema": {"type": "integer", "minimum": 0}});
    json!({
        "ETag": text("Names the state that is shown"),
        "Location": text("The path of the new resource"),
        "Link": text("Other parts of the list, as relative references (RFC 8288)"),
        "Idempotency-Replayed": text("`true` when the answer is that of an earlier request"),
        "Retry-After": number("Seconds until it is worth trying again"),
        "WWW-Authenticate": text("`Bearer`, with the reason when a token was refused (RFC 6750)"),
        "X-Request-Id": text("Names the request in logs"),
        "RateLimit-Limit": number("Units of the tightest policy"),
        "RateLimit-Remaining": number("Units left of the tightest policy"),
        "RateLimit-Reset": number("Seconds until all units are there again"),
        "RateLimit-Policy": text("All policies that were asked, the tightest first"),
        "RateLimit": text("The state of all policies that were asked, the tightest first"),
    })
}
