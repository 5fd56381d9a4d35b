//! From a request to a span, in the words of OpenTelemetry's conventions for HTTP servers.

use basalt_api::{RequestTrace, TraceId, TracedAnswer, TracedRequest, Traces};
use opentelemetry::{
    Context, KeyValue,
    trace::{
        Span as _, SpanBuilder, SpanContext, SpanKind, Status, TraceContextExt as _, TraceFlags,
        TraceState,
    },
};
use opentelemetry_sdk::trace::{SdkTracer, Span};

use super::children::followed;

/// Begins the span of each request.
pub(super) struct Spans(SdkTracer);

/// The span of one request. Dropping it ends it too.
struct RequestSpan {
    tracer: SdkTracer,
    span: Span,
    method: &'static str,
}

impl Spans {
    pub(super) fn new(tracer: SdkTracer) -> Self {
        Self(tracer)
    }
}

impl Traces for Spans {
    fn begin(&self, request: &TracedRequest<'_>) -> Box<dyn RequestTrace> {
        let method = known_method(request.method.as_str());
        let scheme = if request.is_https { "https" } else { "http" };
        let mut attributes = vec![
            KeyValue::new("http.request.method", method.unwrap_or("_OTHER")),
            KeyValue::new("url.path", request.path.to_owned()),
            KeyValue::new("url.scheme", scheme),
        ];
        if method.is_none() {
            let original = request.method.to_string();
            attributes.push(KeyValue::new("http.request.method_original", original));
        }
        let method = method.unwrap_or("HTTP");
        let span = SpanBuilder::from_name(method)
            .with_kind(SpanKind::Server)
            .with_attributes(attributes)
            .start_with_context(&self.0, &parent_of(request));
        let tracer = self.0.clone();
        Box::new(RequestSpan { tracer, span, method })
    }
}

impl RequestTrace for RequestSpan {
    fn trace_id(&self) -> TraceId {
        let id = self.span.span_context().trace_id();
        TraceId(u128::from_be_bytes(id.to_bytes()))
    }

    fn span(&self) -> tracing::Span {
        followed(&self.tracer, self.span.span_context())
    }

    fn end(mut self: Box<Self>, answer: &TracedAnswer) {
        let span = &mut self.span;
        // One that the client or the sampler does not want.
        if !span.is_recording() {
            return;
        }
        let status = i64::from(answer.status);
        span.set_attribute(KeyValue::new("http.response.status_code", status));
        if let Some(route) = answer.route {
            span.update_name(format!("{} {route}", self.method));
            span.set_attribute(KeyValue::new("http.route", route));
        }
        if let Some(user) = answer.user {
            span.set_attribute(KeyValue::new("enduser.id", user.to_string()));
        }
        // A refusal is the client's fault and no error of ours.
        if answer.status >= 500 {
            span.set_attribute(KeyValue::new("error.type", answer.status.to_string()));
            span.set_status(Status::error(""));
        }
        span.end();
    }
}

fn parent_of(request: &TracedRequest<'_>) -> Context {
    let Some(parent) = request.parent else {
        return Context::new();
    };
    let flags = TraceFlags::NOT_SAMPLED.with_sampled(parent.is_sampled);
    Context::new().with_remote_span_context(SpanContext::new(
        parent.trace_id.0.into(),
        parent.parent_id.into(),
        flags,
        true,
        TraceState::NONE,
    ))
}

/// A closed set: anything can be a method.
fn known_method(method: &str) -> Option<&'static str> {
    const KNOWN: [&str; 9] =
        ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"];
    KNOWN.into_iter().find(|known| *known == method)
}
