//! `/health`: for orchestrators. Never rate limited, outside the cap on requests in flight.

use actix_web::{HttpResponse, web::Data};
use serde_json::json;

use super::Endpoint;
use crate::{
    Api, Ready,
    error::ApiError,
    openapi::{Operation, Tag},
};

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
             the process is about to stop. `degraded` is a 200: everything is served, \
             though something that is replaced by a fallback is gone.",
    )
    .health();
    vec![
        Endpoint::unguarded("/health/live", is_live).documented(live),
        Endpoint::unguarded("/health/ready", is_ready).documented(ready),
    ]
}

async fn is_live() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "ok"}))
}

async fn is_ready(api: Data<Api>) -> Result<HttpResponse, ApiError> {
    match api.services.readiness.check().await {
        Ready::Ok => Ok(HttpResponse::Ok().json(json!({"status": "ok"}))),
        Ready::Degraded(parts) => {
            Ok(HttpResponse::Ok().json(json!({"status": "degraded", "parts": parts})))
        }
        Ready::No => Err(ApiError::NotReady),
    }
}
