//! For each parameter: what fits its schema is accepted, and what does not is refused.

use reqwest::Method;
use serde_json::{Value, json};

use super::candidates::{addresses, texts};
use crate::support::{Contract, TestServer};

/// Percent-encodes for a query.
fn encode(text: &str) -> String {
    let safe = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    let one = |b: u8| {
        if safe(b) { char::from(b).to_string() } else { format!("%{b:02X}") }
    };
    text.bytes().map(one).collect()
}

/// What a text stands for under a schema, as a generated client would have written it.
fn meaning(text: &str, schema: &Value) -> Value {
    let number = || {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let parsed = is_plain.then(|| serde_json::from_str::<Value>(text).ok());
        parsed.flatten()
    };
    match schema["type"].as_str() {
        Some("integer") => number().unwrap_or_else(|| json!(text)),
        Some("boolean") if matches!(text, "true" | "false") => json!(text == "true"),
        _ => json!(text),
    }
}

fn candidates(id: &str) -> Vec<String> {
    let mut all: Vec<String> = [
        "0",
        "1",
        "-1",
        "10",
        "100",
        "101",
        "1000000",
        "99999999999999999999999",
        "1.0",
        "1e3",
        "+1",
        " 1",
        "1 ",
        "0x1",
        "abc",
        "true",
        "false",
        "TRUE",
        "True",
        "yes",
        "null",
        "USER",
        "ADMIN",
        "user",
        "createdAt",
        "-createdAt",
        "--createdAt",
        "updatedAt",
        "-updatedAt",
        "title",
        "-title",
        "name",
        "-name",
        "email",
        "-email",
        "password",
        "createdat",
        "%",
        "_",
    ]
    .map(str::to_owned)
    .to_vec();
    all.extend([id.to_owned(), id.to_uppercase(), id.replace('-', ""), format!("{id}0")]);
    all.extend(texts(&json!({})).into_iter().filter(|text| text.chars().count() <= 300));
    all.extend(addresses());
    all
}

#[tokio::test]
async fn of_queries() {
    let server = TestServer::start().await;
    let contract = Contract::get().await;
    let candidates = candidates(server.ann().id());
    let mut disagreements = Vec::new();
    let mut checked = 0;
    for operation in contract.operations() {
        let parameters = operation.value["parameters"].as_array().cloned().unwrap_or_default();
        for parameter in parameters.iter().filter(|p| p["in"] == "query") {
            assert_eq!(operation.method, "get", "only reads have a query");
            let name = parameter["name"].as_str().expect("a name");
            let schema = contract.resolved(&parameter["schema"]);
            let validator = contract.validator(schema);
            for text in &candidates {
                let path = format!("{}?{name}={}", operation.path, encode(text));
                let answer = server.admin().get(&path).await;
                let is_refused = answer.status == 400
                    && answer.code() == "validation_failed"
                    && answer.fields().iter().any(|(field, _)| field == name);
                if validator.is_valid(&meaning(text, schema)) == is_refused {
                    disagreements.push(format!("{path}: refused: {is_refused}"));
                }
                checked += 1;
            }
        }
    }
    assert!(checked > 1_000, "{checked}");
    assert!(disagreements.is_empty(), "{disagreements:#?}");
}

#[tokio::test]
async fn of_headers() {
    let server = TestServer::start().await;
    let contract = Contract::get().await;
    let post = format!("/api/posts/{}", server.ann().write("Title", true).await.id());
    let longest = "k".repeat(255);
    let texts = [
        "",
        "a",
        "\"a\"",
        "\"\"",
        "\"",
        "\"\"\"",
        "a b",
        "a\tb",
        "é",
        "\"é\"",
        "*",
        "W/\"1\"",
        "\"1\", \"2\"",
        "~",
        "!",
        "nonsense",
        &longest,
        &format!("{longest}k"),
        &format!("\"{longest}\""),
        &format!("\"{longest}k\""),
    ];
    let mut checked = 0;
    for operation in contract.operations() {
        let parameters = operation.value["parameters"].as_array().cloned().unwrap_or_default();
        for parameter in parameters.iter().filter(|p| p["in"] == "header") {
            let name = parameter["name"].as_str().expect("a name");
            let validator = contract.validator(&parameter["schema"]);
            let path = operation.path.replace("/api/posts/{id}", &post);
            let path = path.replace("{id}", server.admin().id());
            let method = Method::from_bytes(operation.method.to_uppercase().as_bytes()).unwrap();
            for text in texts {
                let request = server.admin().request(method.clone(), &path).json(&json!({}));
                let answer = request.header(name, text).await;
                let is_refused =
                    answer.status == 400 && answer.fields().iter().any(|(field, _)| field == name);
                let fits = validator.is_valid(&json!(text));
                assert_eq!(fits, !is_refused, "{method} {path} {name}: {text:?}");
                checked += 1;
            }
        }
    }
    assert!(checked > 100, "{checked}");
}

#[tokio::test]
async fn of_paths() {
    let server = TestServer::start().await;
    let contract = Contract::get().await;
    let schema = json!({"$ref": "#/components/schemas/Id"});
    let validator = contract.validator(&schema);
    let id = server.ann().id().to_owned();
    assert!(validator.is_valid(&json!(id)));
    for other in [&id.to_uppercase(), &id.replace('-', ""), "me", "1", &format!("{id}0")] {
        assert!(!validator.is_valid(&json!(other)), "{other}");
        let answer = server.admin().get(&format!("/api/posts/{other}")).await;
        answer.is_error(404, "not_found");
    }
}
