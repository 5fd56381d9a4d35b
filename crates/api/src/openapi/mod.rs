//! The OpenAPI 3.1 document, made from the list of routes.
//!
//! It is as strict as the server: what fits it is accepted, what doesn't is refused. One thing no
//! pattern can say: an address whose characters become ASCII by NFKC is accepted as well.

mod operation;
pub(crate) mod parameters;
mod responses;
mod schemas;

use serde_json::{Map, Value, json};

pub(crate) use operation::Operation;

use crate::{Settings, routes};

/// The document for these settings.
pub fn openapi(settings: &Settings) -> Value {
    let mut paths = Map::new();
    for endpoint in routes::endpoints(settings) {
        let Some(operation) = &endpoint.operation else {
            continue;
        };
        let item = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        let method = endpoint.method.as_str().to_ascii_lowercase();
        item[method] = operation.describe(&endpoint.rule);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Basalt",
            "version": "1",
            "description": "Users and posts, with roles. Errors have one envelope, or the form of \
                RFC 9457 when `application/problem+json` is named in `Accept`.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": settings.api_url.as_deref().unwrap_or("/")}],
        "tags": [
            {"name": "Users", "description": "Accounts"},
            {"name": "Auth", "description": "Tokens"},
            {"name": "Posts", "description": "Posts and drafts"},
            {"name": "Document", "description": "This document"},
            {"name": "Health", "description": "The state of the process"},
        ],
        "paths": paths,
        "components": {
            "schemas": schemas::all(&settings.password_policy),
            "headers": responses::headers(),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "The token of `POST /api/auth/login`",
                },
            },
        },
    })
}

#[cfg(test)]
mod tests;
