use actix_web::dev::ServiceResponse;
use tracing::{Level, enabled, event, field};

use super::{measurement, state::RequestState};
use crate::{
    RequestTrace, TracedAnswer,
    http::trace_context::TraceContext,
    routes::{self, METRICS},
};

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
    if template != METRICS {
        measurement::record(template, request.method(), status, duration);
    }
    let user = state.authenticated().map(|who| who.actor.id);
    let followed = trace.map(|trace| {
        let trace_id = trace.trace_id();
        trace.end(&TracedAnswer { route, status, user });
        trace_id
    });
    macro_rules! line {
        ($level:expr) => {
            if enabled!(target: "access", $level) {
                let named = || TraceContext::of(request.headers()).map(|context| context.trace_id);
                event!(
                    target: "access",
                    $level,
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
        };
    }
    // Machines ask so often that nothing else could be seen; what changes is told by itself.
    if routes::is_probe(template) {
        line!(Level::DEBUG);
    } else {
        line!(Level::INFO);
    }
}
