//! The OpenAPI document, against which every answer is held.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use jsonschema::{Draft, Validator};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::{Answer, Raw, TestServer, closed::closed};

/// What the server says of itself.
pub(crate) struct Contract {
    /// The whole document.
    pub(crate) document: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// One operation of the document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation<'a> {
    /// In lower case.
    pub(crate) method: &'a str,
    /// The path with its templates.
    pub(crate) path: &'a str,
    /// The operation object.
    pub(crate) value: &'a Value,
}

static CONTRACT: OnceCell<Contract> = OnceCell::const_new();

/// Headers of every answer. `frame-ancestors` stands beside `X-Frame-Options` for newer browsers.
const EVERYWHERE: [&str; 5] = [
    "x-request-id",
    "x-content-type-options",
    "referrer-policy",
    "x-frame-options",
    "content-security-policy",
];

/// Headers of the limits, on every answer that came as far.
const LIMITS: [&str; 5] =
    ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "ratelimit-policy", "ratelimit"];

/// Headers that the document lists and that stand there only at times.
const OPTIONAL: [&str; 4] = ["Age", "Idempotency-Replayed", "Link", "Retry-After"];

impl Contract {
    /// The document of a server with the usual configuration.
    pub(crate) async fn get() -> &'static Self {
        CONTRACT.get_or_init(Self::fetch).await
    }

    async fn fetch() -> Self {
        let server = TestServer::empty(&[]).await;
        let request = "GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n";
        let answer = Raw::connect(server.address()).await.ask(request).await;
        Self { document: answer.is(200).json(), validators: Mutex::default() }
    }

    /// Every operation there is.
    pub(crate) fn operations(&self) -> Vec<Operation<'_>> {
        let paths = self.document["paths"].as_object().expect("paths");
        let of_path = |(path, item): (&'_ String, &'_ Value)| {
            let methods = item.as_object().expect("a path item");
            methods.keys().map(|m| (path.clone(), m.clone())).collect::<Vec<_>>()
        };
        let names: Vec<_> = paths.iter().flat_map(of_path).collect();
        let mut operations = Vec::new();
        for (path, method) in names {
            let (path, item) = paths.get_key_value(&path).expect("it was there");
            let methods = item.as_object().expect("a path item");
            let (method, value) = methods.get_key_value(&method).expect("it was there");
            operations.push(Operation { method, path, value });
        }
        operations
    }

    /// The operation that a request is for. A HEAD is for that of its GET.
    pub(crate) fn operation(&self, method: &Method, path: &str) -> Option<Operation<'_>> {
        let method = match method.as_str() {
            "HEAD" => "GET",
            other => other,
        };
        let mut found: Vec<_> = self
            .operations()
            .into_iter()
            .filter(|o| o.method.to_ascii_uppercase() == method && matches(o.path, path))
            .collect();
        // `me` is matched before `{id}`.
        found.sort_by_key(|o| o.path.contains('{'));
        let template = self.template(path);
        found.into_iter().find(|o| Some(o.path) == template)
    }

    /// The template of a path that is in the document.
    pub(crate) fn template(&self, path: &str) -> Option<&str> {
        let paths = self.document["paths"].as_object().expect("paths");
        let mut found: Vec<_> = paths.keys().filter(|t| matches(t, path)).collect();
        found.sort_by_key(|template| template.contains('{'));
        found.first().map(|template| template.as_str())
    }

    /// What a reference leads to; anything else is itself.
    pub(crate) fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        let reference = value["$ref"].as_str().and_then(|r| r.strip_prefix('#'));
        reference.and_then(|pointer| self.document.pointer(pointer)).unwrap_or(value)
    }

    /// A validator for a schema of the document.
    pub(crate) fn validator(&self, schema: &Value) -> Arc<Validator> {
        self.made("open", schema, Value::clone)
    }

    /// A validator for answers, which is stricter than the document: that lets answers grow, and
    /// the tests want to hear of it.
    fn closed_validator(&self, schema: &Value) -> Arc<Validator> {
        self.made("closed", schema, closed)
    }

    fn made(&self, kind: &str, schema: &Value, form: fn(&Value) -> Value) -> Arc<Validator> {
        let mut validators = self.validators.lock().expect("no test panics in here");
        let made = validators.entry(format!("{kind} {schema}"));
        let made = made.or_insert_with(|| {
            let mut whole = form(schema);
            whole["components"]["schemas"] = form(&self.document["components"]["schemas"]);
            let options =
                jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
            Arc::new(options.build(&whole).expect("a schema that can be used"))
        });
        Arc::clone(made)
    }

    /// Insists that an answer is one that the document and API.md allow.
    pub(crate) fn check(&self, method: &Method, path: &str, answer: &Answer, limited: bool) {
        let context = format!("{method} {path} -> {} {:?}", answer.status, answer.headers);
        for name in EVERYWHERE {
            assert!(answer.has(name), "no {name}: {context}");
        }
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{context}");
        assert!(!answer.has("server") && !answer.has("x-powered-by"), "{context}");
        if answer.status >= 400 && *method != Method::HEAD {
            self.check_error(answer, &context);
        }
        if matches!(answer.status, 204 | 304) {
            assert!(answer.body.is_empty(), "a body: {context}");
        } else {
            assert!(answer.has("content-length"), "no length: {context}");
        }
        if path.starts_with("/api/") && *method != Method::OPTIONS {
            let private = path.starts_with("/api/users") || path.starts_with("/api/auth");
            let caching = if private { "private, no-store" } else { "no-cache" };
            assert_eq!(answer.header("cache-control"), caching, "{context}");
            assert_eq!(answer.header("vary"), "Authorization, Accept, Origin", "{context}");
        }
        match (self.operation(method, path), answer.status) {
            (_, 204) if *method == Method::OPTIONS => assert!(answer.has("allow"), "{context}"),
            (None, 405) => assert!(answer.has("allow"), "{context}"),
            (None, _) if self.template(path).is_some() => {
                panic!("neither documented nor refused: {context}")
            }
            (None, _) => {}
            (Some(operation), _) => {
                self.check_documented(operation, method, answer, limited, &context);
            }
        }
    }

    fn check_error(&self, answer: &Answer, context: &str) {
        let schema = match answer.header("content-type") {
            "application/json" if answer.json().get("parts").is_some() => "NotReady",
            "application/json" => "ApiError",
            "application/problem+json" => "Problem",
            other => panic!("{other:?} is no form of an error: {context}"),
        };
        self.check_schema(&schema_ref(schema), answer, context);
        let body = answer.json();
        assert_eq!(body["requestId"], answer.header("x-request-id"), "{context}");
        if schema == "Problem" {
            assert_eq!(body["status"], answer.status, "{context}");
        } else {
            let status = if answer.status < 500 { "fail" } else { "error" };
            assert_eq!(body["status"], status, "{context}");
        }
    }

    fn check_documented(
        &self,
        operation: Operation<'_>,
        method: &Method,
        answer: &Answer,
        limited: bool,
        context: &str,
    ) {
        let response = &operation.value["responses"][answer.status.to_string()];
        let response = self.resolved(response);
        assert!(response.is_object(), "not documented: {context}");
        let headers = response["headers"].as_object().cloned().unwrap_or_default();
        // What is refused before the limits were asked has none of their headers.
        let limited = limited && operation.path.starts_with("/api/");
        if limited && answer.status != 503 {
            for name in LIMITS {
                assert!(answer.has(name), "no {name}: {context}");
            }
        }
        for name in headers.keys().map(String::as_str) {
            let expected = match name {
                _ if name.starts_with("RateLimit") => limited,
                "Retry-After" => matches!(answer.status, 429 | 503),
                _ => !OPTIONAL.contains(&name),
            };
            assert!(!expected || answer.has(name), "no {name}: {context}");
        }
        if *method == Method::HEAD || response.get("content").is_none() {
            assert!(answer.body.is_empty(), "an undocumented body: {context}");
            return;
        }
        let media_type = answer.header("content-type");
        let schema = &response["content"][media_type]["schema"];
        assert!(schema.is_object(), "{media_type} is not documented: {context}");
        self.check_schema(schema, answer, context);
        if answer.status < 300 && answer.json().get("success").is_some() {
            let is_write = !matches!(operation.method, "get");
            let has_message = answer.json().get("message").is_some();
            assert_eq!(has_message, is_write, "a message: {context}");
        }
    }

    fn check_schema(&self, schema: &Value, answer: &Answer, context: &str) {
        let body = answer.json();
        let validator = self.closed_validator(schema);
        let errors: Vec<_> = validator
            .iter_errors(&body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}\n{context}\n{body:#}");
    }
}

fn schema_ref(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Paths are exact: one with an escape is none of the document's.
fn matches(template: &str, path: &str) -> bool {
    let has_escape = path.contains('%');
    let (template, path) = (template.split('/'), path.split('/'));
    !has_escape
        && template.clone().count() == path.clone().count()
        && template.zip(path).all(|(t, p)| t == p || (t.starts_with('{') && !p.is_empty()))
}
