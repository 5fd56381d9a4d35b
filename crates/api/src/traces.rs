use actix_web::http::Method;
use basalt_domain::UserId;

use crate::http::trace_context::{TraceContext, TraceId};

/// Follows requests for an exporter of traces; the server knows which. Its methods are called on
/// the threads that serve, and MUST NOT wait for anything.
pub trait Traces: Send + Sync {
    /// A request has come.
    fn begin(&self, request: &TracedRequest<'_>) -> Box<dyn RequestTrace>;
}

/// One request that is followed. It is dropped without an end when its client has gone away.
pub trait RequestTrace {
    /// The trace it is a part of: the client's, or one of its own.
    fn trace_id(&self) -> TraceId;
    /// What is done for the request is done within this span of `tracing`, so that the exporter
    /// finds whose it is.
    fn span(&self) -> tracing::Span;
    /// The answer is about to be sent.
    fn end(self: Box<Self>, answer: &TracedAnswer);
}

/// What is known of a request when it comes.
#[derive(Clone, Copy, Debug)]
pub struct TracedRequest<'a> {
    /// Its method, which may be any word.
    pub method: &'a Method,
    /// Its path, without the query string.
    pub path: &'a str,
    /// Whether the client came over TLS, as far as a trusted proxy says so.
    pub is_https: bool,
    /// The client's part of the trace.
    pub parent: Option<TraceContext>,
}

/// What is known of a request when it is answered.
#[derive(Clone, Copy, Debug)]
pub struct TracedAnswer {
    /// The route's template; `None` when no route was found.
    pub route: Option<&'static str>,
    /// The status.
    pub status: u16,
    /// Who asked.
    pub user: Option<UserId>,
}
