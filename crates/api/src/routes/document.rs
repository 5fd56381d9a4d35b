//! `/api/openapi.json`

use actix_web::{HttpResponse, http::Method, web::Data};

use super::Endpoint;
use crate::{
    Api,
    extract::{Anyone, Caller},
    openapi::{Operation, Tag},
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    let operation = Operation::new(
        "readDocument",
        "Read this document",
        Tag::Document,
        "OpenAPI 3.1, as generators of clients read it; it is the same for everyone. A \
             server that is set up without docs has neither it nor the page.",
    )
    .document();
    vec![Endpoint::new(Method::GET, "/api/openapi.json", read_document, operation)]
}

async fn read_document(_: Caller<Anyone>, api: Data<Api>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(api.document.clone())
}
