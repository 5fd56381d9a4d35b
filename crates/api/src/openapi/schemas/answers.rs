//! Schemas of what is answered. They are open: answers may grow, and what a client does not know it
//! leaves alone.

use basalt_domain::{FieldCode, Role};
use serde_json::{Map, Value, json};

use super::{reference, texts};
use crate::{Part, error::Code, openapi::responses::lines};

/// All these fields are always there.
fn output(properties: &Value) -> Value {
    let names: Vec<_> = properties.as_object().into_iter().flatten().map(|(k, _)| k).collect();
    json!({"type": "object", "required": names, "properties": properties})
}

fn string() -> Value {
    json!({"type": "string"})
}

fn said(description: &str) -> Value {
    json!({"type": "string", "description": description})
}

fn count(minimum: u32) -> Value {
    json!({"type": "integer", "minimum": minimum})
}

pub(super) fn add(schemas: &mut Map<String, Value>) {
    let mut add = |name: &str, schema: Value| schemas.insert(name.to_owned(), schema);
    add("Id", texts::id());
    add("Role", json!({"type": "string", "enum": Role::ALL.map(Role::as_str)}));
    add("User", user());
    add("Author", output(&json!({"id": reference("Id"), "name": string()})));
    add("Post", post());
    add("Session", session());
    add("PagePagination", page_pagination());
    add("CursorPagination", cursor_pagination());
    for resource in ["User", "Post", "Session"] {
        add(&format!("{resource}Envelope"), envelope(resource));
    }
    for resource in ["User", "Post"] {
        add(&format!("{resource}Page"), list(resource, "PagePagination"));
        let walk = list(resource, "CursorPagination");
        add(&format!("{resource}CursorPage"), walk);
        let pages = ["Page", "CursorPage"].map(|kind| reference(&format!("{resource}{kind}")));
        add(&format!("{resource}List"), json!({"oneOf": pages}));
    }
    add("Health", health());
    add("NotReady", not_ready());
    let (codes, meanings) = (Code::ALL.iter().map(|code| code.as_str()), lines(Code::ALL));
    add("ErrorCode", list_of_codes(&codes.collect::<Vec<_>>(), &meanings));
    let meanings = FieldCode::ALL.map(|code| format!("- `{}`: {}", code.as_str(), meaning(code)));
    let codes = FieldCode::ALL.map(FieldCode::as_str);
    add("FieldCode", list_of_codes(&codes, &meanings.join("\n")));
    add("FieldError", field_error("field", "message"));
    add("ApiError", api_error());
    add("ProblemFieldError", field_error("pointer", "detail"));
    add("Problem", problem());
}

fn user() -> Value {
    output(&json!({
        "id": reference("Id"),
        "email": string(),
        "name": string(),
        "role": reference("Role"),
        "active": {"type": "boolean", "description": "Whether the user may log in"},
        "createdAt": texts::time(),
        "updatedAt": texts::time(),
    }))
}

fn post() -> Value {
    output(&json!({
        "id": reference("Id"),
        "title": string(),
        "content": string(),
        "published": {"type": "boolean", "description": "Whether everyone may read it"},
        "author": reference("Author"),
        "createdAt": texts::time(),
        "updatedAt": texts::time(),
    }))
}

fn session() -> Value {
    output(&json!({
        "token": said("Send it as `Authorization: Bearer …`. Opaque"),
        "tokenType": {"type": "string", "enum": ["Bearer"]},
        "expiresAt": texts::time(),
        "user": reference("User"),
    }))
}

fn page_pagination() -> Value {
    output(&json!({
        "page": count(1),
        "limit": {"type": "integer", "minimum": 1, "maximum": 100},
        "total": {
            "type": "integer",
            "minimum": 0,
            "description": "How many there are in all; at most 10000 of one author's posts, and of a \
                            search what was found in the part of the list that one request looks \
                            at. See `totalIsExact`",
        },
        "pages": count(0),
        "totalIsExact": {
            "type": "boolean",
            "description": "`false` where there may be more than `total`: `cursor` reaches them",
        },
    }))
}

fn cursor_pagination() -> Value {
    output(&json!({
        "limit": {"type": "integer", "minimum": 1, "maximum": 100},
        "next": {
            "type": ["string", "null"],
            "description": "The `cursor` of the next step; `null` at the end of the list, and only \
                            there. A step of a search may hold fewer than `limit`, none even, and \
                            still have one",
        },
    }))
}

/// The success envelope around one resource.
fn envelope(resource: &str) -> Value {
    json!({
        "type": "object",
        "required": ["success", "data"],
        "properties": {
            "success": {"type": "boolean", "const": true},
            "message": said("What was done; on writes only"),
            "data": reference(resource),
        },
    })
}

/// The success envelope around a list.
fn list(resource: &str, pagination: &str) -> Value {
    output(&json!({
        "success": {"type": "boolean", "const": true},
        "data": {"type": "array", "items": reference(resource)},
        "pagination": reference(pagination),
    }))
}

fn health() -> Value {
    json!({
        "type": "object",
        "required": ["status"],
        "properties": {
            "status": {"type": "string", "enum": ["ok", "degraded"]},
            "parts": parts("What is not there, or not whole", &Part::DEGRADED),
        },
    })
}

fn parts(description: &str, parts: &[Part]) -> Value {
    let names: Vec<_> = parts.iter().map(|part| part.as_str()).collect();
    json!({
        "type": "array",
        "minItems": 1,
        "items": {"type": "string", "enum": names},
        "description": description,
    })
}

/// The error, and what the process lacks.
fn not_ready() -> Value {
    let mut schema = api_error();
    schema["properties"]["parts"] = parts("What is missing", &Part::NEEDED);
    if let Some(required) = schema["required"].as_array_mut() {
        required.push(json!("parts"));
    }
    schema
}

/// A closed list.
fn list_of_codes(codes: &[&str], meanings: &str) -> Value {
    json!({"type": "string", "description": meanings, "enum": codes})
}

/// What is wrong with a field.
const fn meaning(code: FieldCode) -> &'static str {
    match code {
        FieldCode::Unknown => "There is no such field or parameter.",
        FieldCode::Required => "It is missing; names, titles and contents may not be blank either.",
        FieldCode::InvalidType => {
            "`null`, another JSON type, an id that is none, a flag that is not `true` or `false`."
        }
        FieldCode::NotAllowed => {
            "It is not in the list, is sent twice, or is `page` beside `cursor`."
        }
        FieldCode::TooShort => "It has too few characters.",
        FieldCode::TooLong => "It has too many characters.",
        FieldCode::InvalidEmail => "It has not the form of an e-mail address.",
        FieldCode::TooCommon => "The password is among the most common ones.",
        FieldCode::InvalidCharacters => "It has a character that no text may have.",
        FieldCode::OutOfRange => "It is no whole number from 1.",
    }
}

fn field_error(place: &str, words: &str) -> Value {
    output(&json!({place: string(), "code": reference("FieldCode"), words: string()}))
}

fn api_error() -> Value {
    json!({
        "type": "object",
        "required": ["status", "message", "code", "requestId"],
        "properties": {
            "status": {
                "type": "string",
                "enum": ["fail", "error"],
                "description": "`fail` for 4xx, `error` for 5xx",
            },
            "message": said("For people"),
            "code": reference("ErrorCode"),
            "requestId": said("Also in `X-Request-Id`: name it when you report a problem"),
            "errors": {
                "type": "array",
                "minItems": 1,
                "items": reference("FieldError"),
                "description": "One entry for each field at fault; with `validation_failed` only",
            },
            "detail": said("The causes, in development only"),
        },
    })
}

fn problem() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status", "detail", "instance", "code", "requestId"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": string(),
            "status": {"type": "integer"},
            "detail": string(),
            "instance": string(),
            "code": reference("ErrorCode"),
            "requestId": string(),
            "errors": {"type": "array", "minItems": 1, "items": reference("ProblemFieldError")},
        },
    })
}
