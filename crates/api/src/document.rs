//! The OpenAPI 3.1 document, made from the list of routes.

use serde_json::{Map, Value, json};

use crate::{
    Settings,
    openapi::{Tag, responses, schemas},
    routes,
};

/// What has to be known before the first request.
const HEAD: &str = include_str!("openapi/head.md");

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
    let head = HEAD.replace("{codes}", &responses::all_codes());
    let tags = Tag::ALL.map(|t| json!({"name": t.name(), "description": t.description()}));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Basalt",
            "version": "1",
            "description": head,
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{
            "url": settings.api_url.as_deref().unwrap_or(".."),
            "description": "This server",
        }],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas::all(&settings.password_policy),
            "responses": responses::shared(),
            "headers": responses::headers(),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "The `data.token` of `POST /api/auth/login`, without the word `Bearer`. \
                        It ends at `expiresAt`, or earlier by logout, by a change of password or \
                        role, by deactivation or by deletion.",
                },
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_says_who_may_call_it_and_what_it_answers() {
        let document = openapi(&Settings::default());
        let mut ids = std::collections::HashSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let name = format!("{method} {path}");
                let id = operation["operationId"].as_str().unwrap();
                assert!(ids.insert(id.to_owned()), "{name}: {id} is used twice");
                assert!(operation["summary"].is_string(), "{name} has no summary");
                assert!(operation["tags"][0].is_string(), "{name} has no tag");
                assert!(operation["security"].is_array(), "{name} has no security");
                assert!(!operation["responses"].as_object().unwrap().is_empty(), "{name}");
            }
        }
        assert_eq!(ids.len(), 19);
    }

    #[test]
    fn the_length_of_passwords_is_the_one_in_force() {
        let mut settings = Settings::default();
        settings.password_policy.min_chars = 12;
        let document = openapi(&settings);
        let password = &document["components"]["schemas"]["NewPassword"];
        assert_eq!(password["minLength"], 12);
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn walk(document: &Value, value: &Value) {
            if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
                let pointer = reference.strip_prefix('#').unwrap();
                assert!(document.pointer(pointer).is_some(), "{reference}");
            }
            match value {
                Value::Array(items) => items.iter().for_each(|item| walk(document, item)),
                Value::Object(members) => {
                    members.values().for_each(|member| walk(document, member));
                }
                _ => {}
            }
        }
        let document = openapi(&Settings::default());
        walk(&document, &document);
    }
}
