//! `/health`: for orchestrators. Never rate limited, outside the cap on requests in flight.

use actix_web::{HttpResponse, web::Data};
use serde_json::json;

use super::Endpoint;
use crate::{
    Api, Part, Ready,
    error::ApiError,
    openapi::{Operation, Tag},
};

pub(super) const LIVE: &str = "/health/live";
pub(super) const READY: &str = "/health/ready";

pub(super) fn endpoints() -> Vec<Endpoint> {
    let live = Operation::new(
        "live",
        "Whether the process lives",
        Tag::Health,
        "It answers as long as the process does, whatever else is gone. Restart the \
             process when it does not.",
    )
    .health();
    let ready = Operation::new(
        "ready",
        "Whether the process can work",
        Tag::Health,
        "503 means that requests should go elsewhere: a part that is needed is gone, or \
             the process is about to stop; `parts` says which. `degraded` is a 200: Redis is gone and \
             replaced by a fallback, or the database answers reads and refuses writes.",
    )
    .health();
    vec![
        Endpoint::unguarded(LIVE, is_live).documented(live),
        Endpoint::unguarded(READY, is_ready).documented(ready),
    ]
}

/// The same for the listener of operators, which answers though the threads of the API don't, and
/// can tell so.
pub(super) fn for_operators() -> Vec<Endpoint> {
    vec![Endpoint::unguarded(LIVE, is_live_and_moves), Endpoint::unguarded(READY, is_ready)]
}

fn ok() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "ok"}))
}

async fn is_live() -> HttpResponse {
    ok()
}

async fn is_live_and_moves(api: Data<Api>) -> Result<HttpResponse, ApiError> {
    if api.services.health.live() { Ok(ok()) } else { Err(ApiError::Stuck) }
}

async fn is_ready(api: Data<Api>) -> Result<HttpResponse, ApiError> {
    match api.services.health.ready() {
        Ready::Ok => Ok(ok()),
        Ready::Degraded(parts) => {
            let parts: Vec<_> = parts.into_iter().map(Part::as_str).collect();
            Ok(HttpResponse::Ok().json(json!({"status": "degraded", "parts": parts})))
        }
        Ready::No(loss) => Err(ApiError::NotReady(loss)),
    }
}
