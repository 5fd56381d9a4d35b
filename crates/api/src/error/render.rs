use actix_web::{
    HttpResponse,
    http::header::{
        ALLOW, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
    },
};
use basalt_domain::{Invalid, Policy, Violation, ports::chain};
use serde::Serialize;

use super::{ApiError, Code, Problem};
use crate::http::etag;

/// The two forms of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The blueprint's envelope.
    Envelope,
    /// RFC 9457.
    Problem,
}

/// What an answer says of the request it belongs to.
pub(crate) struct Occasion<'a> {
    pub(crate) form: Form,
    pub(crate) request_id: &'a str,
    /// The path, without query.
    pub(crate) path: &'a str,
    /// Show what is behind it: see [`detail`].
    pub(crate) is_open: bool,
}

/// Seconds after which a client may come again when something was busy or gone.
const RETRY_SECONDS: u64 = 1;

/// Makes the answer for an error.
pub(crate) fn render(error: &ApiError, occasion: &Occasion<'_>) -> HttpResponse {
    let problem = error.problem();
    let detail = occasion.is_open.then(|| detail(error, &problem)).flatten();
    let (media_type, body) = match occasion.form {
        Form::Envelope => ("application/json", envelope(error, &problem, occasion, detail)),
        Form::Problem => {
            ("application/problem+json", rfc9457(&problem, occasion, detail.as_deref()))
        }
    };
    let mut response = HttpResponse::new(problem.status);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    add_headers(headers, error, &problem);
    response.set_body(actix_web::body::BoxBody::new(body))
}

/// What helps whoever runs the server at their desk: the chain of causes of a fault, and where a
/// limit is set.
fn detail(error: &ApiError, problem: &Problem<'_>) -> Option<String> {
    if problem.status.is_server_error() {
        return Some(chain(error));
    }
    let ApiError::RateLimited(decision) = error else {
        return None;
    };
    let Policy { name, quota } = decision.policy;
    let variable = format!("RATE_LIMIT_{}", name.as_str().to_ascii_uppercase());
    let (units, seconds) = (quota.units, quota.window.as_secs());
    Some(format!(
        "{variable}={units}/{seconds} lets no more through: raise it, or set {variable}=off"
    ))
}

fn add_headers(headers: &mut HeaderMap, error: &ApiError, problem: &Problem<'_>) {
    let is_unavailable = problem.status.as_u16() == 503;
    if is_unavailable || problem.code == Code::IdempotencyInProgress {
        headers.insert(RETRY_AFTER, RETRY_SECONDS.into());
    }
    if problem.status.as_u16() == 401 {
        let challenge = match problem.code {
            Code::TokenInvalid | Code::TokenExpired | Code::TokenRevoked => {
                "Bearer error=\"invalid_token\""
            }
            _ => "Bearer",
        };
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    if let Some(tag) = error.current_tag() {
        headers.insert(ETAG, etag::value(&etag::of(tag)));
    }
    if let ApiError::NoMethod(allowed) = error
        && let Ok(allowed) = HeaderValue::from_str(allowed)
    {
        headers.insert(ALLOW, allowed);
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    status: &'static str,
    message: &'a str,
    code: &'static str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<FieldError<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parts: Option<[&'static str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

#[derive(Serialize)]
struct FieldError<'a> {
    field: &'a str,
    code: &'static str,
    message: &'a str,
}

impl<'a> FieldError<'a> {
    fn of(violation: &'a Violation) -> Self {
        let Violation { field, invalid } = violation;
        let Invalid { code, message } = invalid;
        Self { field, code: code.as_str(), message }
    }
}

fn envelope(
    error: &ApiError,
    problem: &Problem<'_>,
    occasion: &Occasion<'_>,
    detail: Option<String>,
) -> String {
    let envelope = Envelope {
        status: if problem.status.is_client_error() { "fail" } else { "error" },
        message: &problem.message,
        code: problem.code.as_str(),
        request_id: occasion.request_id,
        errors: problem.violations.map(|v| v.iter().map(FieldError::of).collect()),
        parts: error.part().map(|part| [part.as_str()]),
        detail,
    };
    to_json(&envelope)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rfc9457<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    instance: &'a str,
    code: &'static str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<PointerError<'a>>>,
}

#[derive(Serialize)]
struct PointerError<'a> {
    pointer: String,
    code: &'static str,
    detail: &'a str,
}

impl<'a> PointerError<'a> {
    fn of(violation: &'a Violation) -> Self {
        let Violation { field, invalid } = violation;
        let Invalid { code, message } = invalid;
        Self {
            pointer: format!("#/{}", escape_pointer(field)),
            code: code.as_str(),
            detail: message,
        }
    }
}

fn rfc9457(problem: &Problem<'_>, occasion: &Occasion<'_>, detail: Option<&str>) -> String {
    let document = Rfc9457 {
        r#type: format!("urn:basalt:error:{}", problem.code.as_str()),
        title: problem.code.message(),
        status: problem.status.as_u16(),
        detail: detail.unwrap_or(&problem.message),
        instance: occasion.path,
        code: problem.code.as_str(),
        request_id: occasion.request_id,
        errors: problem.violations.map(|v| v.iter().map(PointerError::of).collect()),
    };
    to_json(&document)
}

/// RFC 6901, 3: `~` and `/` are escaped.
fn escape_pointer(field: &str) -> String {
    field.replace('~', "~0").replace('/', "~1")
}

fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("strings and numbers can be written")
}
