//! Schemas of bodies.

use basalt_domain::{Content, FieldCode, Password, PasswordPolicy, PersonName, Role, Title};
use serde_json::{Value, json};

use crate::error::Code;

/// Unicode `White_Space`, which is what is trimmed.
const BLANK: &str = r"\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";
/// Unicode `Cc`.
const CONTROL: &str = r"\u0000-\u001f\u007f-\u009f";
/// Unicode `Cc` but tab and line ends.
const CONTROL_IN_CONTENT: &str = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f";

pub(super) fn no_control_characters() -> String {
    format!("^[^{CONTROL}]*$")
}

/// One line of at most `max` characters once trimmed.
fn line(max: usize, example: &str) -> Value {
    let (edge, inner) = (format!("[^{BLANK}{CONTROL}]"), format!("[^{CONTROL}]"));
    let inner_max = max - 2;
    json!({
        "type": "string",
        "pattern": format!("^[{BLANK}]*{edge}(?:{inner}{{0,{inner_max}}}{edge})?[{BLANK}]*$"),
        "examples": [example],
    })
}

fn content() -> Value {
    let any = format!("[^{CONTROL_IN_CONTENT}]");
    json!({
        "type": "string",
        "minLength": 1,
        "maxLength": Content::MAX_CHARS,
        "pattern": format!("^{any}*[^{BLANK}{CONTROL}]{any}*$"),
        "examples": ["Hello, everyone."],
    })
}

pub(super) fn email() -> Value {
    let atom = r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+";
    let label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    json!({
        "type": "string",
        "description": "Trimmed, then NFKC, then lower case: unique in that form",
        "pattern": format!(
            "^[{BLANK}]*(?=[^@]{{1,64}}@)(?=[!-~]{{3,254}}[{BLANK}]*$)\
             {atom}(?:\\.{atom})*@{label}(?:\\.{label})+[{BLANK}]*$"
        ),
        "examples": ["john@example.com"],
    })
}

fn new_password(policy: &PasswordPolicy) -> Value {
    json!({
        "type": "string",
        "format": "password",
        "minLength": policy.min_chars,
        "maxLength": Password::MAX_CHARS,
        "pattern": no_control_characters(),
        "examples": ["password123"],
    })
}

fn present_password() -> Value {
    json!({"type": "string", "format": "password", "minLength": 1, "examples": ["password123"]})
}

fn input(required: &[&str], properties: &Value) -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    })
}

/// An output: all its fields are always there.
fn output(properties: &Value) -> Value {
    let names: Vec<_> = properties
        .as_object()
        .into_iter()
        .flatten()
        .map(|(k, _)| k)
        .collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": names,
        "properties": properties,
    })
}

pub(crate) fn all(policy: &PasswordPolicy) -> Value {
    let name = || line(PersonName::MAX_CHARS, "John Doe");
    let title = || line(Title::MAX_CHARS, "First post");
    let role = || json!({"type": "string", "enum": Role::ALL.map(Role::as_str)});
    let flag = || json!({"type": "boolean"});
    let string = || json!({"type": "string"});
    let time = || {
        json!({
            "type": "string",
            "format": "date-time",
            "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$",
        })
    };
    let id = || json!({"$ref": "#/components/schemas/Id"});
    let user = || json!({"$ref": "#/components/schemas/User"});
    json!({
        "Id": {
            "type": "string",
            "format": "uuid",
            "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        },
        "NewUser": input(&["name", "email", "password"], &json!({
            "name": name(), "email": email(), "password": new_password(policy),
        })),
        "MyChanges": input(&[], &json!({"name": name(), "email": email()})),
        "UserChanges": input(&[], &json!({"name": name(), "role": role(), "active": flag()})),
        "PasswordChange": input(&["currentPassword", "newPassword"], &json!({
            "currentPassword": present_password(), "newPassword": new_password(policy),
        })),
        "Credentials": input(&["email", "password"], &json!({
            "email": email(), "password": present_password(),
        })),
        "Logout": input(&[], &json!({"everywhere": flag()})),
        "NewPost": input(&["title", "content"], &json!({
            "title": title(), "content": content(), "published": flag(),
        })),
        "PostChanges": input(&[], &json!({
            "title": title(), "content": content(), "published": flag(),
        })),
        "User": output(&json!({
            "id": id(), "email": string(), "name": string(), "role": role(), "active": flag(),
            "createdAt": time(), "updatedAt": time(),
        })),
        "Post": output(&json!({
            "id": id(), "title": string(), "content": string(), "published": flag(),
            "author": output(&json!({"id": id(), "name": string()})),
            "createdAt": time(), "updatedAt": time(),
        })),
        "Session": output(&json!({
            "token": string(), "tokenType": {"type": "string", "enum": ["Bearer"]},
            "expiresAt": time(), "user": user(),
        })),
        "PagePagination": output(&json!({
            "page": count(1), "limit": {"type": "integer", "minimum": 1, "maximum": 100},
            "total": count(0), "pages": count(0),
        })),
        "WalkPagination": output(&json!({
            "limit": {"type": "integer", "minimum": 1, "maximum": 100},
            "next": {"type": ["string", "null"]},
        })),
        "Health": {
            "type": "object",
            "additionalProperties": false,
            "required": ["status"],
            "properties": {
                "status": {"type": "string", "enum": ["ok", "degraded"]},
                "parts": {"type": "array", "items": string()},
            },
        },
        "ErrorCode": {"type": "string", "enum": codes()},
        "FieldCode": {"type": "string", "enum": FieldCode::ALL.map(FieldCode::as_str)},
        "Error": error_envelope(),
        "Problem": problem(),
    })
}

fn count(minimum: u32) -> Value {
    json!({"type": "integer", "minimum": minimum})
}

fn codes() -> Vec<&'static str> {
    Code::ALL.iter().map(|code| code.as_str()).collect()
}

fn error_envelope() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["status", "message", "code", "requestId"],
        "properties": {
            "status": {"type": "string", "enum": ["fail", "error"]},
            "message": {"type": "string"},
            "code": {"$ref": "#/components/schemas/ErrorCode"},
            "requestId": {"type": "string"},
            "errors": {"type": "array", "minItems": 1, "items": output(&json!({
                "field": {"type": "string"},
                "code": {"$ref": "#/components/schemas/FieldCode"},
                "message": {"type": "string"},
            }))},
            "detail": {"type": "string", "description": "The causes, in development only"},
        },
    })
}

fn problem() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["type", "title", "status", "detail", "instance", "code", "requestId"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "instance": {"type": "string"},
            "code": {"$ref": "#/components/schemas/ErrorCode"},
            "requestId": {"type": "string"},
            "errors": {"type": "array", "minItems": 1, "items": output(&json!({
                "pointer": {"type": "string"},
                "code": {"$ref": "#/components/schemas/FieldCode"},
                "detail": {"type": "string"},
            }))},
        },
    })
}
