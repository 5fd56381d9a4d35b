use std::collections::BTreeMap;

use basalt_domain::{FieldCode, Invalid};
use serde_json::{Map, Value, json};

use super::{
    Resource, Rows, Tag,
    examples::At,
    responses,
    rule::{common_errors, security, who},
    schemas::reference,
};
use crate::{
    error::Code,
    middleware::{LimitRule, Rule},
};

/// What the document says of one endpoint, beyond what its rule says already.
pub(crate) struct Operation {
    id: &'static str,
    summary: &'static str,
    tag: Tag,
    description: &'static str,
    parameters: Vec<Value>,
    body: Option<Value>,
    success: Vec<Success>,
    errors: Vec<(u16, &'static [Code])>,
    invalid: Option<(&'static str, Invalid)>,
}

struct Success {
    status: u16,
    description: &'static str,
    headers: &'static [&'static str],
    content: Option<Value>,
}

impl Operation {
    /// `description` says what is not plain, and what to send next; who may call it is said by the
    /// endpoint's rule.
    pub(crate) fn new(
        id: &'static str,
        summary: &'static str,
        tag: Tag,
        description: &'static str,
    ) -> Self {
        Self {
            id,
            summary,
            tag,
            description,
            parameters: Vec::new(),
            body: None,
            success: Vec::new(),
            errors: Vec::new(),
            invalid: None,
        }
    }

    pub(crate) fn parameters(mut self, more: impl IntoIterator<Item = Value>) -> Self {
        self.parameters.extend(more);
        self
    }

    /// A JSON body that has to be there, such as `example`.
    pub(crate) fn body(self, schema: &str, example: &Value) -> Self {
        self.with_body(schema, true, example)
    }

    /// A JSON body that may be left out.
    pub(crate) fn optional_body(self, schema: &str, example: &Value) -> Self {
        self.with_body(schema, false, example)
    }

    fn with_body(mut self, schema: &str, required: bool, example: &Value) -> Self {
        self.body = Some(json!({
            "required": required,
            "content": {"application/json": {"schema": reference(schema), "example": example}},
        }));
        self
    }

    /// A field that may be invalid, for the example of such an error.
    pub(crate) fn invalid(
        mut self,
        field: &'static str,
        code: FieldCode,
        message: &'static str,
    ) -> Self {
        self.invalid = Some((field, Invalid::new(code, message)));
        self
    }

    fn success(
        mut self,
        status: u16,
        description: &'static str,
        headers: &'static [&'static str],
        content: Option<Value>,
    ) -> Self {
        self.success.push(Success { status, description, headers, content });
        self
    }

    /// 201 with the new resource, and this message.
    pub(crate) fn created(self, resource: Resource, message: &str) -> Self {
        let headers = &["ETag", "Location", "Idempotency-Replayed"];
        let content = resource.envelope(Some(message));
        self.success(201, "Created", headers, Some(content))
    }

    /// 200 with a resource, and 304.
    pub(crate) fn read(self, resource: Resource) -> Self {
        let content = resource.envelope(None);
        self.success(200, "Found", &["ETag"], Some(content)).not_modified(&["ETag"])
    }

    /// 200 with the written resource, and this message.
    pub(crate) fn written(self, resource: Resource, message: &str) -> Self {
        let headers: &[&str] = match resource {
            Resource::Session => &[],
            Resource::User | Resource::Post => &["ETag"],
        };
        self.success(200, "Done", headers, Some(resource.envelope(Some(message))))
    }

    /// 200 with a list.
    pub(crate) fn list(self, rows: Rows) -> Self {
        self.success(200, "Found", &["Link"], Some(rows.content()))
    }

    /// 200 with a list that has a tag, and 304.
    pub(crate) fn tagged_list(self, rows: Rows) -> Self {
        self.success(200, "Found", &["ETag", "Link", "Age"], Some(rows.content()))
            .not_modified(&["ETag", "Age"])
    }

    fn not_modified(self, headers: &'static [&'static str]) -> Self {
        let description = "Nothing has changed: the tag of `If-None-Match` is the present one";
        self.success(304, description, headers, None)
    }

    /// 204.
    pub(crate) fn empty(self) -> Self {
        self.success(204, "Done", &[], None)
    }

    /// 200 with the document itself.
    pub(crate) fn document(self) -> Self {
        let content = json!({"schema": {"type": "object"}});
        self.success(200, "The document", &[], Some(content))
    }

    /// 200 with the state of the process.
    pub(crate) fn health(self) -> Self {
        let content = json!({"schema": reference("Health"), "example": {"status": "ok"}});
        self.success(200, "Healthy", &[], Some(content))
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
        let is_limited = rule.limits != LimitRule::Unguarded;
        let mut responses = Map::new();
        for success in &self.success {
            let Success { status, description, headers, content } = success;
            let is_limited = is_limited && *status < 300;
            let response = responses::success(description, headers, is_limited, content.as_ref());
            responses.insert(status.to_string(), response);
        }
        let mut at = At::path(rule.template);
        if let Some(invalid) = &self.invalid {
            at.invalid = invalid.clone();
        }
        for (status, codes) in errors {
            let response = responses::error(status, &codes, &at);
            responses.insert(status.to_string(), response);
        }
        let mut operation = json!({
            "operationId": self.id,
            "summary": self.summary,
            "description": format!("{} {}", who(rule.access), self.description),
            "tags": [self.tag.name()],
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
