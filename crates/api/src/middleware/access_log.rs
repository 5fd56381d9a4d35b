use std::time::Duration;

use actix_web::{
    dev::ServiceResponse,
    http::{
        Method,
        header::{HeaderMap, HeaderName},
    },
};
use tracing::{Level, enabled, info};

use super::state::RequestState;

static TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// One line and one measurement per request. Never a query string: it may hold what people search
/// for, and nothing of the body or of credentials.
pub(super) fn write<B>(state: &RequestState, response: &ServiceResponse<B>) {
    let request = response.request();
    let template = match state.template.get() {
        "" => "unknown",
        template => template,
    };
    let status = response.status().as_u16();
    let duration = state.started.elapsed();
    measure(template, request.method(), status, duration);
    if !enabled!(target: "access", Level::INFO) {
        return;
    }
    let user = state.authenticated().map(|who| who.actor.id);
    info!(
        target: "access",
        request_id = state.request_id(),
        trace_id = trace_id(request.headers()),
        method = request.method().as_str(),
        route = template,
        path = request.path(),
        status,
        duration_us = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX),
        user = user.map(tracing::field::display),
        client = %state.client.address,
        "request"
    );
}

fn measure(route: &'static str, method: &Method, status: u16, duration: Duration) {
    metrics::histogram!(
        "http_server_request_duration_seconds",
        "route" => route,
        "method" => method_label(method),
        "status" => status_label(status),
    )
    .record(duration.as_secs_f64());
}

/// A closed set: a label that clients choose would grow without bound.
fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "OTHER",
    }
}

/// The statuses of the contract, without an allocation for each request.
fn status_label(status: u16) -> std::borrow::Cow<'static, str> {
    match status {
        200 => "200".into(),
        201 => "201".into(),
        204 => "204".into(),
        304 => "304".into(),
        400 => "400".into(),
        401 => "401".into(),
        404 => "404".into(),
        429 => "429".into(),
        503 => "503".into(),
        other => other.to_string().into(),
    }
}

/// The trace id of a `traceparent` (W3C Trace Context, 3.2), when it has the form.
fn trace_id(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(&TRACEPARENT)?.to_str().ok()?;
    let mut parts = value.split('-');
    let (version, trace) = (parts.next()?, parts.next()?);
    let is_hex = |s: &str| {
        s.bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let is_valid = version.len() == 2
        && version != "ff"
        && trace.len() == 32
        && is_hex(trace)
        && trace.bytes().any(|b| b != b'0');
    is_valid.then_some(trace)
}
