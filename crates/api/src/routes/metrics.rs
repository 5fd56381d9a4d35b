//! `/metrics`: for Prometheus, on the listener of operators alone.

use actix_web::HttpResponse;

use super::Endpoint;

pub(crate) const PATH: &str = "/metrics";

/// The form of Prometheus's text, version 0.0.4.
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(crate) fn endpoint<F, M>(text: F) -> Endpoint
where
    F: Fn() -> M + Clone + 'static,
    M: Future<Output = String> + 'static,
{
    Endpoint::unguarded(PATH, move || {
        let text = text();
        async move { HttpResponse::Ok().content_type(CONTENT_TYPE).body(text.await) }
    })
}
