use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::responses;
use crate::{
    error::Code,
    extract::{Access, BodyRule},
    middleware::{LimitRule, Rule},
};

/// What the document says of one endpoint, beyond what its rule says already.
pub(crate) struct Operation {
    id: &'static str,
    summary: &'static str,
    tag: &'static str,
    parameters: Vec<Value>,
    body: Option<Value>,
    success: Vec<(u16, Value)>,
    errors: Vec<(u16, &'static [Code])>,
}

impl Operation {
    pub(crate) fn new(id: &'static str, summary: &'static str, tag: &'static str) -> Self {
        Self {
            id,
            summary,
            tag,
            parameters: Vec::new(),
            body: None,
            success: Vec::new(),
            errors: Vec::new(),
        }
    }

    pub(crate) fn parameters(mut self, more: impl IntoIterator<Item = Value>) -> Self {
        self.parameters.extend(more);
        self
    }

    /// A JSON body that has to be there.
    pub(crate) fn body(self, schema: &str) -> Self {
        self.with_body(schema, true)
    }

    /// A JSON body that may be left out.
    pub(crate) fn optional_body(self, schema: &str) -> Self {
        self.with_body(schema, false)
    }

    fn with_body(mut self, schema: &str, required: bool) -> Self {
        self.body = Some(json!({
            "required": required,
            "content": {"application/json": {"schema": schema_ref(schema)}},
        }));
        self
    }

    fn success(mut self, status: u16, response: Value) -> Self {
        self.success.push((status, response));
        self
    }

    /// 201 with the new resource.
    pub(crate) fn created(self, schema: &str) -> Self {
        let headers = ["ETag", "Location", "Idempotency-Replayed"];
        let content = responses::envelope(true, &schema_ref(schema));
        self.success(201, responses::success("Created", &headers, Some(content)))
    }

    /// 200 with a resource, and 304.
    pub(crate) fn read(self, schema: &str) -> Self {
        let content = responses::envelope(false, &schema_ref(schema));
        self.success(200, responses::success("Found", &["ETag"], Some(content)))
            .not_modified()
    }

    /// 200 with the written resource.
    pub(crate) fn written(self, schema: &str) -> Self {
        let content = responses::envelope(true, &schema_ref(schema));
        let headers: &[&str] = if schema == "Session" { &[] } else { &["ETag"] };
        self.success(200, responses::success("Done", headers, Some(content)))
    }

    /// 200 with a list.
    pub(crate) fn list(self, schema: &str) -> Self {
        self.list_with(schema, &["Link"])
    }

    /// 200 with a list that has a tag, and 304.
    pub(crate) fn tagged_list(self, schema: &str) -> Self {
        self.list_with(schema, &["ETag", "Link"]).not_modified()
    }

    fn list_with(self, schema: &str, headers: &[&str]) -> Self {
        let content = responses::list_envelope(&schema_ref(schema));
        self.success(200, responses::success("Found", headers, Some(content)))
    }

    fn not_modified(self) -> Self {
        self.success(
            304,
            responses::success("The client has it already", &["ETag"], None),
        )
    }

    /// 204.
    pub(crate) fn empty(self) -> Self {
        self.success(204, responses::success("Done", &[], None))
    }

    /// 200 with the document itself.
    pub(crate) fn document(self) -> Self {
        let content = json!({"type": "object"});
        self.success(200, responses::success("The document", &[], Some(content)))
    }

    /// 200 with the state of the process.
    pub(crate) fn health(self) -> Self {
        let content = schema_ref("Health");
        self.success(200, responses::success("Healthy", &[], Some(content)))
    }

    /// Errors that this endpoint has beyond the common ones.
    pub(crate) fn errors(mut self, status: u16, codes: &'static [Code]) -> Self {
        self.errors.push((status, codes));
        self
    }

    /// The operation object, with everything that follows from the endpoint's rule.
    pub(crate) fn describe(&self, rule: &Rule) -> Value {
        let mut errors: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
        let own = self.errors.iter().copied();
        for (status, codes) in common_errors(rule).into_iter().chain(own) {
            errors.entry(status).or_default().extend(codes);
        }
        let mut responses = Map::new();
        for (status, response) in &self.success {
            let mut response = response.clone();
            responses::add_common_headers(&mut response, rule.limits != LimitRule::Unguarded);
            responses.insert(status.to_string(), response);
        }
        for (status, codes) in errors {
            let response = responses::error(status, &codes, rule.limits != LimitRule::Unguarded);
            responses.insert(status.to_string(), response);
        }
        let mut operation = json!({
            "operationId": self.id,
            "summary": self.summary,
            "tags": [self.tag],
            "security": security(rule.access),
            "responses": responses,
        });
        if !self.parameters.is_empty() {
            operation["parameters"] = json!(self.parameters);
        }
        if let Some(body) = &self.body {
            operation["requestBody"] = body.clone();
        }
        operation
    }
}

fn schema_ref(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// An empty requirement beside the scheme says that the token may be left out.
fn security(access: Access) -> Value {
    match access {
        Access::Anyone => json!([]),
        Access::Viewer => json!([{}, {"bearer": []}]),
        Access::User | Access::SelfOrAdmin | Access::Admin => json!([{"bearer": []}]),
    }
}

/// The errors that follow from what is checked before the handler runs.
fn common_errors(rule: &Rule) -> Vec<(u16, &'static [Code])> {
    const TOKEN: &[Code] = &[Code::TokenInvalid, Code::TokenExpired, Code::TokenRevoked];
    if rule.limits == LimitRule::Unguarded {
        let is_ready = rule.template.ends_with("ready");
        return if is_ready {
            vec![(503, &[Code::Unavailable])]
        } else {
            Vec::new()
        };
    }
    let mut errors: Vec<(u16, &'static [Code])> = vec![
        (406, &[Code::NotAcceptable]),
        (429, &[Code::RateLimited]),
        (500, &[Code::Internal]),
        (503, &[Code::Unavailable, Code::Timeout]),
    ];
    if rule.is_strict {
        errors.push((400, &[Code::ValidationFailed]));
    }
    match rule.access {
        Access::Anyone => {}
        Access::Viewer => errors.push((401, TOKEN)),
        Access::User | Access::SelfOrAdmin | Access::Admin => {
            errors.push((401, &[Code::Unauthenticated]));
            errors.push((401, TOKEN));
        }
    }
    if matches!(rule.access, Access::Admin | Access::SelfOrAdmin) {
        errors.push((403, &[Code::Forbidden]));
    }
    if rule.template.contains("{id}") || rule.template.contains("/me") {
        errors.push((404, &[Code::NotFound]));
    }
    if rule.body != BodyRule::Ignored {
        errors.push((400, &[Code::MalformedJson]));
        errors.push((408, &[Code::Timeout]));
        errors.push((413, &[Code::PayloadTooLarge]));
        errors.push((415, &[Code::UnsupportedMediaType]));
    }
    errors
}
