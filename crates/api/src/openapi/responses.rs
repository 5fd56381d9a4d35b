//! Responses and their headers. A header is listed where it carries news; those that every answer
//! has are told once, in the head of the document.

use serde_json::{Map, Value, json};

use super::{
    examples::{self, At},
    schemas::reference,
};
use crate::error::{Code, Form};

/// The headers of the limits. Every answer that came as far as the limits has them; they are told
/// where one looks at them.
const LIMITS: [&str; 5] =
    ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy", "RateLimit"];

/// The errors that are the same wherever they occur.
const SHARED: [(&str, u16, &[Code]); 10] = [
    (
        "Unauthorized",
        401,
        &[Code::Unauthenticated, Code::TokenInvalid, Code::TokenExpired, Code::TokenRevoked],
    ),
    ("Forbidden", 403, &[Code::Forbidden]),
    ("NotAcceptable", 406, &[Code::NotAcceptable]),
    ("RequestTimeout", 408, &[Code::Timeout]),
    ("PreconditionFailed", 412, &[Code::VersionConflict]),
    ("PayloadTooLarge", 413, &[Code::PayloadTooLarge]),
    ("UnsupportedMediaType", 415, &[Code::UnsupportedMediaType]),
    ("TooManyRequests", 429, &[Code::RateLimited]),
    ("InternalServerError", 500, &[Code::Internal]),
    ("ServiceUnavailable", 503, &[Code::Unavailable, Code::Timeout]),
];

/// A success. `content` is its media type object, `None` where there is no body.
pub(super) fn success(
    description: &str,
    headers: &[&str],
    is_limited: bool,
    content: Option<&Value>,
) -> Value {
    let limits: &[&str] = if is_limited { &LIMITS } else { &[] };
    let mut response = json!({"description": description});
    add_headers(&mut response, headers.iter().chain(limits));
    if let Some(content) = content {
        response["content"] = json!({"application/json": content});
    }
    response
}

/// An error. One that is the same everywhere stands in the components.
pub(super) fn error(status: u16, codes: &[Code], at: &At<'_>) -> Value {
    let shared = SHARED.iter().find(|(_, s, c)| (*s, *c) == (status, codes));
    match shared {
        Some((name, ..)) => json!({"$ref": format!("#/components/responses/{name}")}),
        None => described(status, codes, at),
    }
}

/// The errors that operations refer to.
pub(crate) fn shared() -> Value {
    let at = At::path("/api/posts");
    let all = SHARED.iter();
    all.map(|(name, status, codes)| ((*name).to_owned(), described(*status, codes, &at)))
        .collect::<Map<_, _>>()
        .into()
}

/// One line for each code.
pub(super) fn lines(codes: &[Code]) -> String {
    let line = |code: &Code| format!("- `{}`: {}", code.as_str(), code.meaning());
    let lines: Vec<_> = codes.iter().map(line).collect();
    lines.join("\n")
}

/// One line for each code there is, with its status.
pub(crate) fn all_codes() -> String {
    let line = |code: &Code| {
        let (name, status) = (code.as_str(), code.status().as_u16());
        format!("- {status} `{name}`: {}", code.meaning())
    };
    let mut codes = Code::ALL.to_vec();
    codes.sort_by_key(|code| code.status());
    let lines: Vec<_> = codes.iter().map(line).collect();
    lines.join("\n")
}

/// An error, in the media types that it has there: only routes under `/api` look at `Accept`.
fn described(status: u16, codes: &[Code], at: &At<'_>) -> Value {
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
    let mut response = json!({"description": lines(codes)});
    add_headers(&mut response, &headers);
    let mut content = Map::new();
    let envelope = if at.is_readiness() { "NotReady" } else { "ApiError" };
    let forms = [
        ("application/json", envelope, Form::Envelope),
        ("application/problem+json", "Problem", Form::Problem),
    ];
    let count = if at.path.starts_with("/api") { 2 } else { 1 };
    for (media_type, schema, form) in forms.into_iter().take(count) {
        let mut examples = examples::errors(status, codes, at, form);
        if form == Form::Problem {
            // Whoever names that form accepts it, and is not told that nothing else is there.
            examples.retain(|(code, _)| *code != Code::NotAcceptable.as_str());
        }
        let mut of_type = json!({"schema": reference(schema)});
        if examples.len() == 1 {
            of_type["example"] = examples.remove(0).1;
        }
        for (code, value) in examples {
            of_type["examples"][code]["value"] = value;
        }
        content.insert(media_type.to_owned(), of_type);
    }
    response["content"] = Value::Object(content);
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
        "ETag": text("Names the present state, such as `\"1.1\"`; the quotes are part of it. Send it \
            as `If-Match` with an edit, as `If-None-Match` to read again. With a 412 it is the tag \
            of what is there now"),
        "Location": text("The path of the new resource"),
        "Link": text("Other parts of the list, as relative references (RFC 8288): `first`, `last`, \
            `prev`, `next` of pages, `next` of a walk"),
        "Idempotency-Replayed": text("`true` when the answer is that of an earlier request"),
        "Age": number("How many seconds ago this was so: the database can't be asked at the moment. \
            Otherwise it is not there"),
        "Retry-After": number("Seconds until it is worth trying again"),
        "WWW-Authenticate": text("`Bearer`, with `error=\"invalid_token\"` when a token was refused \
            (RFC 6750)"),
        "RateLimit-Limit": number("Units of the policy with the fewest left"),
        "RateLimit-Remaining": number("Its units left"),
        "RateLimit-Reset": number("Seconds until all of its units are there again"),
        "RateLimit-Policy": text("All policies that were asked, that one first, such as \
            `\"default\";q=100;w=900`"),
        "RateLimit": text("Their state, such as `\"default\";r=42;t=522`: units left, and seconds \
            until all are there again"),
    })
}
