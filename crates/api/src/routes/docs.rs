//! `/docs`: Swagger UI, served from the binary.

use std::sync::{Arc, LazyLock};

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue,
            LOCATION,
        },
    },
    web::{Data, Path},
};
use utoipa_swagger_ui::Config;

use super::Endpoint;
use crate::{Api, error::ApiError};

/// The page. Its references are relative, so that it works behind a proxy under any prefix.
const PAGE: &str = include_str!("docs/page.html");
/// Starts Swagger UI: a file of its own, since the page's policy lets no inline script run.
const START: &str = include_str!("docs/start.js");

static ASSETS: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| Arc::new(Config::from("")));

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::unguarded("/", to_docs),
        Endpoint::unguarded("/api-docs", to_docs),
        Endpoint::unguarded("/docs", page),
        Endpoint::unguarded("/docs/{file}", asset),
    ]
}

async fn to_docs() -> HttpResponse {
    let mut response = HttpResponse::new(StatusCode::TEMPORARY_REDIRECT);
    let docs = HeaderValue::from_static("/docs");
    response.headers_mut().insert(LOCATION, docs);
    response
}

async fn page(api: Data<Api>) -> HttpResponse {
    let mut response = HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(PAGE);
    // Swagger UI styles its elements inline; its scripts are files of ours. `Try it out` calls
    // the server that the document names.
    let target = api.settings.api_url.as_deref().unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self' {target}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response
            .headers_mut()
            .insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

async fn asset(file: Path<String>) -> Result<HttpResponse, ApiError> {
    let mut response = if file.as_str() == "start.js" {
        HttpResponse::Ok()
            .content_type("text/javascript")
            .body(START)
    } else {
        swagger_file(&file)?
    };
    let an_hour = HeaderValue::from_static("public, max-age=3600");
    response.headers_mut().insert(CACHE_CONTROL, an_hour);
    Ok(response)
}

fn swagger_file(name: &str) -> Result<HttpResponse, ApiError> {
    // Their page and their start script are replaced by ours.
    if name == "index.html" || name == "swagger-initializer.js" {
        return Err(ApiError::NoRoute);
    }
    let found = utoipa_swagger_ui::serve(name, Arc::clone(&ASSETS));
    let file = found.ok().flatten().ok_or(ApiError::NoRoute)?;
    let mut response = HttpResponse::Ok().body(file.bytes.into_owned());
    let headers = response.headers_mut();
    if let Ok(content_type) = HeaderValue::from_str(&file.content_type) {
        headers.insert(CONTENT_TYPE, content_type);
    }
    if file.gzpipped {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}
