//! Responses and their headers. A header is listed where it carries news; those that every answer
//! has are told once, in the head of the document.

use serde_json::{Map, Value, json};

use super::schemas::reference;
use crate::error::Code;

/// The headers of the limits. Every answer that came as far as the limits has them; they are told
/// where one looks at them.
const LIMITS: [&str; 5] = [
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "RateLimit-Policy",
    "RateLimit",
];

/// The errors that are the same wherever they occur.
const SHARED: [(&str, u16, &[Code]); 10] = [
    (
        "Unauthorized",
        401,
        &[
            Code::Unauthenticated,
            Code::TokenInvalid,
            Code::TokenExpired,
            Code::TokenRevoked,
        ],
    ),
    ("Forbidden", 403, &[Code::Forbidden]),
    ("NotAcceptable", 406, &[Code::NotAcceptable]),
    ("RequestTimeout", 408, &[Code::Timeout]),
    ("PreconditionFailed", 412, &[Code::VersionConflict]),
    ("PayloadTooLarge", 413, &[Code::PayloadTooLarge]),
    ("UnsupportedMediaType", 415, &[Code::UnsupportedMediaType]),
    ("TooManyRequests", 429, &[Code::RateLimited]),
    ("InternalServerError", 500, &[Code::Internal]),
    (
        "ServiceUnavailable",
        503,
        &[Code::Unavailable, Code::Timeout],
    ),
];

/// A success with or without a body.
pub(super) fn success(
    description: &str,
    headers: &[&str],
    is_limited: bool,
    content: Option<&Value>,
) -> Value {
    let limits: &[&str] = if is_limited { &LIMITS } else { &[] };
    let mut response = json!({"description": description});
    add_headers(&mut response, headers.iter().chain(limits));
    if let Some(schema) = content {
        response["content"] = json!({"application/json": {"schema": schema}});
    }
    response
}

/// An error, in both media types. One that is the same everywhere stands in the components.
pub(super) fn error(status: u16, codes: &[Code]) -> Value {
    let shared = SHARED.iter().find(|(_, s, c)| (*s, *c) == (status, codes));
    match shared {
        Some((name, ..)) => json!({"$ref": format!("#/components/responses/{name}")}),
        None => described(status, codes),
    }
}

/// The errors that operations refer to.
pub(crate) fn shared() -> Value {
    let all = SHARED.iter();
    all.map(|(name, status, codes)| ((*name).to_owned(), described(*status, codes)))
        .collect::<Map<_, _>>()
        .into()
}

fn described(status: u16, codes: &[Code]) -> Value {
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
    if status == 429 {
        headers.extend(LIMITS);
    }
    let mut response = json!({"description": names.join(", ")});
    add_headers(&mut response, &headers);
    response["content"] = json!({
        "application/json": {"schema": reference("ApiError")},
        "application/problem+json": {"schema": reference("Problem")},
    });
    response
}

fn add_headers<'a>(response: &mut Value, names: impl IntoIterator<Item = &'a &'a str>) {
    for name in names {
        let reference = format!("#/components/headers/{name}");
        response["headers"][name] = json!({"$ref": reference});
    }
}

/// Every header that is told of.
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
        "RateLimit-Limit": number("Units of the tightest policy"),
        "RateLimit-Remaining": number("Units left of the tightest policy"),
        "RateLimit-Reset": number("Seconds until all units are there again"),
        "RateLimit-Policy": text("All policies that were asked, the tightest first"),
        "RateLimit": text("The state of all policies that were asked, the tightest first"),
    })
}
