//! Pieces that requests are put together from.

use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};

/// One of these.
pub(super) fn one_of<'a>(rng: &mut StdRng, words: &[&'a str]) -> &'a str {
    words.choose(rng).copied().unwrap_or_default()
}

pub(super) const METHODS: [&str; 14] = [
    "GET", "GET", "GET", "POST", "POST", "POST", "PATCH", "PATCH", "PUT", "DELETE", "OPTIONS",
    "HEAD", "TRACE", "BREW",
];

pub(super) const PATHS: [&str; 24] = [
    "/api/users",
    "/api/users",
    "/api/users/me",
    "/api/users/me/password",
    "/api/users/{user}",
    "/api/users/{post}",
    "/api/auth/login",
    "/api/auth/logout",
    "/api/posts",
    "/api/posts",
    "/api/posts",
    "/api/posts/{post}",
    "/api/posts/{draft}",
    "/api/posts/{user}",
    "/api/posts/{odd}",
    "/api/users/{odd}",
    "/api/openapi.json",
    "/docs",
    "/docs/{odd}",
    "/health/ready",
    "/health/live",
    "/",
    "/{odd}",
    "/api/{odd}",
];

/// Values that break things, percent-encoded where they have to be.
pub(super) const ODD: [&str; 40] = [
    "",
    "0",
    "1",
    "-1",
    "2",
    "100",
    "9999999999999999999999",
    "1e9",
    "NaN",
    "true",
    "false",
    "null",
    "%00",
    "%FF",
    "%",
    "%2",
    "%zz",
    "%C3%A9",
    "%F0%9F%98%80",
    "%ED%A0%80",
    "..",
    "%2e%2e",
    "%2F",
    "a%20b",
    "a+b",
    "'",
    "%22",
    "%27%20OR%201=1--",
    "%25",
    "_",
    "%5C",
    "*",
    "[]",
    "createdAt",
    "-title",
    "-email",
    "USER",
    "018f0000-0000-7000-8000-000000000000",
    "a@b.co",
    "x",
];

pub(super) const PARAMETERS: [&str; 14] = [
    "page",
    "limit",
    "cursor",
    "sort",
    "search",
    "role",
    "active",
    "email",
    "author",
    "published",
    "search[]",
    "%FF",
    "x",
    "",
];

pub(super) const HEADERS: [&str; 22] = [
    "Accept",
    "Accept",
    "Content-Type",
    "If-Match",
    "If-None-Match",
    "Idempotency-Key",
    "Idempotency-Key",
    "X-Request-Id",
    "X-Forwarded-For",
    "X-Forwarded-Proto",
    "Forwarded",
    "Origin",
    "Access-Control-Request-Method",
    "Range",
    "Cookie",
    "Content-Encoding",
    "Accept-Encoding",
    "traceparent",
    "Authorization",
    "If-Modified-Since",
    "Prefer",
    "X-HTTP-Method-Override",
];

pub(super) const HEADER_VALUES: [&str; 30] = [
    "",
    "*",
    "*/*",
    "application/json",
    "application/problem+json",
    "text/html;q=0",
    "application/json;charset=utf-8",
    "application/json;charset=latin1",
    "text/plain",
    "gzip",
    "\"1\"",
    "W/\"1\"",
    "\"1.1\", \"2.1\"",
    "\"",
    "\"\"",
    ",,,",
    ";;;",
    "key-one",
    "key-two",
    "\"key-one\"",
    "a b",
    "192.0.2.1",
    "for=192.0.2.1;proto=https",
    "https://app.example.com",
    "Bearer",
    "Bearer x.y.z",
    "Basic eDp5",
    "bytes=0-1",
    "00-0-0-0",
    "DELETE",
];

/// A body of the kind that the API reads at this path, mostly.
pub(super) fn body(rng: &mut StdRng, path: &str) -> Value {
    let fitting = match path {
        "/api/users" => 0,
        "/api/auth/login" => 1,
        path if path.starts_with("/api/posts") => 2,
        "/api/users/me/password" => 4,
        "/api/auth/logout" => 5,
        _ => 3,
    };
    let kind = if rng.random_ratio(3, 4) { fitting } else { rng.random_range(0..6) };
    let mut body = match kind {
        0 => json!({"name": "Carl", "email": "carl@example.com", "password": "correct horse"}),
        1 => json!({"email": "ann@example.com", "password": "wrong password"}),
        2 => json!({"title": "Title", "content": "Content", "published": true}),
        3 => json!({"name": "Renamed", "role": "ADMIN", "active": true}),
        4 => json!({"currentPassword": "correct horse", "newPassword": "another password"}),
        _ => json!({"everywhere": false}),
    };
    let members = body.as_object_mut().expect("an object");
    for _ in 0..rng.random_range(0_u32..6).saturating_sub(3) {
        let names: Vec<_> = members.keys().cloned().collect();
        let Some(name) = names.choose(rng) else { break };
        match rng.random_range(0..4) {
            0 => drop(members.remove(name)),
            1 => drop(members.insert(one_of(rng, &PARAMETERS).to_owned(), value(rng))),
            _ => drop(members.insert(name.clone(), value(rng))),
        }
    }
    body
}

fn value(rng: &mut StdRng) -> Value {
    match rng.random_range(0..14) {
        0 => json!(null),
        1 => json!(rng.random::<bool>()),
        2 => json!(rng.random::<i64>()),
        3 => json!(rng.random::<f64>() * 1e300),
        4 => json!([]),
        5 => json!({"$gt": ""}),
        6 => json!("x".repeat(rng.random_range(0..300))),
        7 => json!("😀".repeat(rng.random_range(0..300))),
        8 => json!("\0"),
        9 => json!("\u{85}\u{a0}\u{feff}\u{202e}"),
        10 => json!("'; DROP TABLE users; --"),
        11 => json!([[[[[[[[["deep"]]]]]]]]]),
        12 => json!(rng.random::<char>().to_string().repeat(rng.random_range(1..20))),
        _ => json!(one_of(rng, &ODD)),
    }
}

/// Text that is no longer what it was.
pub(super) fn mutate(rng: &mut StdRng, bytes: &mut Vec<u8>) {
    for _ in 0..rng.random_range(1..5) {
        if bytes.is_empty() {
            bytes.push(rng.random());
        }
        let at = rng.random_range(0..bytes.len());
        match rng.random_range(0..6) {
            0 => bytes[at] = rng.random(),
            1 => bytes.truncate(at),
            2 => bytes.insert(at, rng.random()),
            3 => drop(bytes.remove(at)),
            4 => {
                let copy = bytes[at..].to_vec();
                bytes.extend(copy);
            }
            _ => {
                let word = one_of(rng, &["{", "}", "[", "\"", "\\u0000", "\\ud800", ",", "1e999"]);
                bytes.splice(at..at, word.bytes());
            }
        }
    }
}
