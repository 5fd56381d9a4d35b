use std::time::Duration;

use actix_web::{dev::ServiceResponse, http::Method};
use tracing::{Level, enabled, field, info};

use super::state::RequestState;
use crate::{RequestTrace, TracedAnswer, http::trace_context::TraceContext};

/// One line and one measurement per request, and the end of its trace. Never a query string: it may
/// hold what people search for, and nothing of the body or of credentials.
pub(super) fn write<B>(
    state: &RequestState,
    response: &ServiceResponse<B>,
    trace: Option<Box<dyn RequestTrace>>,
) {
    let request = response.request();
    let route = Some(state.template.get()).filter(|template| !template.is_empty());
    let template = route.unwrap_or("unknown");
    let status = response.status().as_u16();
    let duration = state.started.elapsed();
    measure(template, request.method(), status, duration);
    let user = state.authenticated().map(|who| who.actor.id);
    let followed = trace.map(|trace| {
        let trace_id = trace.trace_id();
        trace.end(&TracedAnswer {
            route,
            status,
            user,
        });
        trace_id
    });
    if !enabled!(target: "access", Level::INFO) {
        return;
    }
    let named = || TraceContext::of(request.headers()).map(|context| context.trace_id);
    info!(
        target: "access",
        request_id = state.request_id(),
        trace_id = followed.or_else(named).map(field::display),
        method = request.method().as_str(),
        route = template,
        path = request.path(),
        status,
        duration_us = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX),
        user = user.map(field::display),
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
