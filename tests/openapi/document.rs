//! What the document lists.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{Contract, Stores, TestServer, command};

/// The routes of the contract, as the page shows them: in the order in which they are needed.
const ROUTES: [(&str, &[&str]); 5] = [
    (
        "Account",
        &[
            "post /api/users",
            "post /api/auth/login",
            "post /api/auth/logout",
            "get /api/users/me",
            "patch /api/users/me",
            "delete /api/users/me",
            "put /api/users/me/password",
        ],
    ),
    (
        "Posts",
        &[
            "get /api/posts",
            "post /api/posts",
            "get /api/posts/{id}",
            "patch /api/posts/{id}",
            "delete /api/posts/{id}",
        ],
    ),
    (
        "Users",
        &[
            "get /api/users",
            "get /api/users/{id}",
            "patch /api/users/{id}",
            "delete /api/users/{id}",
        ],
    ),
    ("Document", &["get /api/openapi.json"]),
    ("Health", &["get /health/live", "get /health/ready"]),
];

#[tokio::test]
async fn it_lists_the_routes_of_the_contract_and_no_others_in_the_order_of_use() {
    let contract = Contract::get().await;
    let tags = contract.document["tags"].as_array().unwrap();
    let mut listed: Vec<_> =
        tags.iter().map(|tag| (tag["name"].as_str().unwrap(), Vec::new())).collect();
    for operation in contract.operations() {
        let tag = &operation.value["tags"][0];
        let (_, routes) = listed.iter_mut().find(|(name, _)| tag == name).unwrap();
        routes.push(format!("{} {}", operation.method, operation.path));
    }
    let expected = ROUTES.map(|(tag, routes)| {
        let routes = routes.iter().map(|route| (*route).to_owned());
        (tag, routes.collect::<Vec<_>>())
    });
    assert_eq!(listed, expected);
    assert_eq!(contract.document["openapi"].as_str().map(|v| &v[..4]), Some("3.1."));
}

#[tokio::test]
async fn every_operation_has_a_name_a_summary_a_tag_and_its_security() {
    let contract = Contract::get().await;
    let tags = contract.document["tags"].as_array().unwrap();
    let tags: Vec<_> = tags.iter().map(|tag| &tag["name"]).collect();
    let mut ids = BTreeSet::new();
    for operation in contract.operations() {
        let (value, name) = (operation.value, format!("{operation:?}"));
        let id = value["operationId"].as_str().unwrap_or_default();
        assert!(!id.is_empty() && ids.insert(id.to_owned()), "{name}");
        assert!(!value["summary"].as_str().unwrap_or_default().is_empty(), "{name}");
        assert!(tags.contains(&&value["tags"][0]), "{name}");
        let public = json!([]);
        let viewer = json!([{}, {"bearer": []}]);
        let signed_in = json!([{"bearer": []}]);
        let expected = match (operation.method, operation.path) {
            ("post", "/api/users" | "/api/auth/login") => &public,
            ("get", path) if !path.starts_with("/api/users") && !path.starts_with("/api/posts") => {
                &public
            }
            ("get", path) if path.starts_with("/api/posts") => &viewer,
            _ => &signed_in,
        };
        assert_eq!(&value["security"], expected, "{name}");
    }
}

#[tokio::test]
async fn every_operation_tells_its_statuses_and_errors_come_in_both_forms() {
    let contract = Contract::get().await;
    for operation in contract.operations() {
        let responses = operation.value["responses"].as_object().unwrap();
        let name = format!("{} {}", operation.method, operation.path);
        assert!(responses.keys().any(|status| status.starts_with('2')), "{name}");
        let is_api = operation.path.starts_with("/api");
        for (status, response) in responses {
            let response = contract.resolved(response);
            assert!(!response["description"].as_str().unwrap_or_default().is_empty(), "{name}");
            if status.as_str() < "400" {
                continue;
            }
            let content = response["content"].as_object().unwrap();
            assert!(content.contains_key("application/json"), "{name} {status}");
            assert!(content.contains_key("application/problem+json") || !is_api, "{name} {status}");
        }
        if is_api {
            for status in ["406", "429", "500", "503"] {
                assert!(responses.contains_key(status), "{name} {status}");
            }
        }
        // All others refuse what they don't know, at least a parameter.
        if is_api && operation.path != "/api/openapi.json" {
            assert!(responses.contains_key("400"), "{name}");
        }
        if operation.value.get("requestBody").is_some() {
            for status in ["408", "413", "415"] {
                assert!(responses.contains_key(status), "{name} {status}");
            }
        }
        if operation.value["security"] != json!([]) {
            assert!(responses.contains_key("401"), "{name}");
        }
    }
}

#[tokio::test]
async fn what_is_sent_and_lists_of_codes_are_closed_and_answers_may_grow() {
    let contract = Contract::get().await;
    let schemas = contract.document["components"]["schemas"].as_object().unwrap();
    let bodies = contract.operations();
    let bodies = bodies.iter().map(|o| &o.value["requestBody"]["content"]);
    let sent: Vec<_> = bodies
        .filter_map(|content| content["application/json"]["schema"]["$ref"].as_str())
        .map(|reference| reference.rsplit('/').next().unwrap_or_default())
        .collect();
    assert_eq!(sent.len(), 8);
    for (name, schema) in schemas {
        assert!(jsonschema::meta::is_valid(schema), "{name}");
        let is_closed = schema["additionalProperties"] == false;
        assert_eq!(is_closed, sent.contains(&name.as_str()), "{name}");
    }
    let mut codes = "validation_failed malformed_json unsupported_media_type not_acceptable \
        payload_too_large unauthenticated token_invalid token_expired token_revoked \
        invalid_credentials forbidden not_found method_not_allowed email_taken last_admin \
        version_conflict idempotency_key_reused idempotency_in_progress page_too_deep \
        invalid_cursor rate_limited timeout unavailable internal"
        .split(' ')
        .filter(|code| !code.is_empty())
        .collect::<Vec<_>>();
    let mut field_codes = vec![
        "required",
        "invalid_type",
        "not_allowed",
        "out_of_range",
        "unknown",
        "too_short",
        "too_long",
        "invalid_email",
        "too_common",
        "invalid_characters",
    ];
    for (name, expected) in [("ErrorCode", &mut codes), ("FieldCode", &mut field_codes)] {
        let listed = schemas[name]["enum"].as_array().unwrap();
        let mut listed: Vec<_> = listed.iter().filter_map(Value::as_str).collect();
        listed.sort_unstable();
        expected.sort_unstable();
        assert_eq!(&listed, expected, "{name}");
    }
    assert_eq!(schemas["Role"]["enum"], json!(["USER", "ADMIN"]));
}

#[tokio::test]
async fn it_is_no_stricter_than_the_server() {
    let contract = Contract::get().await;
    for operation in contract.operations() {
        let parameters = operation.value["parameters"].as_array().cloned().unwrap_or_default();
        for parameter in parameters {
            let (name, schema) = (&parameter["name"], &parameter["schema"]);
            if name == "limit" || name == "page" {
                assert!(schema.get("maximum").is_none(), "{name} is clamped or told otherwise");
            }
            if name == "If-None-Match" {
                assert!(schema.get("pattern").is_none(), "{name} is ignored when malformed");
            }
            let required = parameter["required"] == true;
            assert_eq!(required, parameter["in"] == "path", "{name}");
        }
        if let Some(body) = operation.value.get("requestBody") {
            assert_eq!(body["required"] == true, operation.path != "/api/auth/logout");
            let types: Vec<_> = body["content"].as_object().unwrap().keys().collect();
            assert_eq!(types, ["application/json"]);
        }
    }
}

#[tokio::test]
async fn it_is_the_same_for_everyone_and_each_time() {
    let server = TestServer::start().await;
    let first = server.anonymous().get("/api/openapi.json").await.is(200);
    for client in [server.ann(), server.admin()] {
        assert_eq!(client.get("/api/openapi.json").await.is(200).body, first.body);
    }
}

#[tokio::test]
async fn the_command_prints_the_document_that_is_served() {
    let stores = Stores::empty().await;
    let output = command(&stores, &[]).arg("openapi").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(printed, Contract::get().await.document);
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    fn walk(document: &Value, value: &Value) {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            let pointer = reference.strip_prefix('#').expect("within the document");
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
        match value {
            Value::Array(items) => items.iter().for_each(|item| walk(document, item)),
            Value::Object(members) => members.values().for_each(|member| walk(document, member)),
            _ => {}
        }
    }
    let document = &Contract::get().await.document;
    walk(document, document);
}
