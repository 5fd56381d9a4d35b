use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{responses, schemas::reference};
use crate::{
    error::Code,
    extract::{Access, BodyRule},
    middleware::{LimitRule, Rule},
};

/// What the document says of one endpoint, beyond what its rule says already.
pub(crate) struct Operation {
    id: &'static str,
    summary: &'static str,
    tag: Tag,
    parameters: Vec<Value>,
    body: Option<Value>,
    success: Vec<Success>,
    errors: Vec<(u16, &'static [Code])>,
}

struct Success {
    status: u16,
    description: &'static str,
    headers: &'static [&'static str],
    content: Option<Value>,
}

impl Operation {
    pub(crate) fn new(id: &'static str, summary: &'static str, tag: Tag) -> Self {
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
            "content": {"application/json": {"schema": reference(schema)}},
        }));
        self
    }

    fn success(
        mut self,
        status: u16,
        description: &'static str,
        headers: &'static [&'static str],
        content: Option<Value>,
    ) -> Self {
        self.success.push(Success {
            status,
            description,
            headers,
            content,
        });
        self
    }

    /// 201 with the new resource.
    pub(crate) fn created(self, resource: Resource) -> Self {
        let headers = &["ETag", "Location", "Idempotency-Replayed"];
        self.success(201, "Created", headers, Some(resource.envelope()))
    }

    /// 200 with a resource, and 304.
    pub(crate) fn read(self, resource: Resource) -> Self {
        self.success(200, "Found", &["ETag"], Some(resource.envelope()))
            .not_modified()
    }

    /// 200 with the written resource.
    pub(crate) fn written(self, resource: Resource) -> Self {
        let headers: &[&str] = match resource {
            Resource::Session => &[],
            Resource::User | Resource::Post => &["ETag"],
        };
        self.success(200, "Done", headers, Some(resource.envelope()))
    }

    /// 200 with a list.
    pub(crate) fn list(self, resource: Resource) -> Self {
        self.success(200, "Found", &["Link"], Some(resource.list()))
    }

    /// 200 with a list that has a tag, and 304.
    pub(crate) fn tagged_list(self, resource: Resource) -> Self {
        self.success(200, "Found", &["ETag", "Link"], Some(resource.list()))
            .not_modified()
    }

    fn not_modified(self) -> Self {
        self.success(304, "The client has it already", &["ETag"], None)
    }

    /// 204.
    pub(crate) fn empty(self) -> Self {
        self.success(204, "Done", &[], None)
    }

    /// 200 with the document itself.
    pub(crate) fn document(self) -> Self {
        self.success(200, "The document", &[], Some(json!({"type": "object"})))
    }

    /// 200 with the state of the process.
    pub(crate) fn health(self) -> Self {
        self.success(200, "Healthy", &[], Some(reference("Health")))
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
            let Success {
                status,
                description,
                headers,
                content,
            } = success;
            let response = responses::success(description, headers, is_limited, content.as_ref());
            responses.insert(status.to_string(), response);
        }
        for (status, codes) in errors {
            responses.insert(status.to_string(), responses::error(status, &codes));
        }
        let mut operation = json!({
            "operationId": self.id,
            "summary": self.summary,
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

/// What operations are about, in the order of use.
#[derive(Clone, Copy)]
pub(crate) enum Tag {
    Account,
    Posts,
    Users,
    Document,
    Health,
}

impl Tag {
    pub(crate) const ALL: [Self; 5] = [
        Self::Account,
        Self::Posts,
        Self::Users,
        Self::Document,
        Self::Health,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Account => "Account",
            Self::Posts => "Posts",
            Self::Users => "Users",
            Self::Document => "Document",
            Self::Health => "Health",
        }
    }

    pub(crate) const fn description(self) -> &'static str {
        match self {
            Self::Account => "Register, log in and out, and look after your own account",
            Self::Posts => "Read what is published; write, change and publish your own posts",
            Self::Users => "Other people's accounts: for administrators",
            Self::Document => "What you read here, for programs",
            Self::Health => "For whoever operates the server: never limited, without a token",
        }
    }
}

/// What an envelope holds.
#[derive(Clone, Copy)]
pub(crate) enum Resource {
    User,
    Post,
    Session,
}

impl Resource {
    const fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Post => "Post",
            Self::Session => "Session",
        }
    }

    fn envelope(self) -> Value {
        reference(&format!("{}Envelope", self.name()))
    }

    fn list(self) -> Value {
        reference(&format!("{}List", self.name()))
    }
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
