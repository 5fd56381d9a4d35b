//! `/docs`: Swagger UI, served from the binary. Every reference is relative, so that all of it works
//! behind a proxy under any prefix.

use std::{
    borrow::Cow,
    future::ready,
    io::Read as _,
    sync::{Arc, LazyLock},
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue,
            LOCATION, VARY,
        },
    },
    web::{Data, Path},
};
use bytes::Bytes;
use flate2::read::GzDecoder;
use utoipa_swagger_ui::Config;

use super::Endpoint;
use crate::{Api, error::ApiError, http::accept::prefers_gzip};

const PAGE: &str = include_str!("docs/page.html");

/// Files of ours. The page's policy lets no inline script run.
const OURS: [(&str, &str, &str); 2] = [
    ("start.js", "text/javascript", include_str!("docs/start.js")),
    ("page.css", "text/css", include_str!("docs/page.css")),
];
/// What the page needs of Swagger UI.
const THEIRS: [&str; 3] = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];

/// A file of Swagger UI. It is packed in the binary, and unpacked once for those who want it plain.
struct File {
    name: &'static str,
    media_type: HeaderValue,
    packed: Bytes,
    plain: Bytes,
}

static FILES: LazyLock<[File; THEIRS.len()]> = LazyLock::new(|| {
    let config = Arc::new(Config::from(""));
    THEIRS.map(|name| File::load(name, &config))
});

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::unguarded("/", || ready(leading_to("docs"))),
        Endpoint::unguarded("/api-docs", || ready(leading_to("docs"))),
        Endpoint::unguarded("/api-docs/", || ready(leading_to("../docs"))),
        Endpoint::unguarded("/docs", page),
        Endpoint::unguarded("/docs/", || ready(leading_to("../docs"))),
        Endpoint::unguarded("/docs/{file}", asset),
    ]
}

/// A redirect to the page, as it is called from where the client asked.
fn leading_to(page: &'static str) -> HttpResponse {
    let mut response = HttpResponse::new(StatusCode::TEMPORARY_REDIRECT);
    let page = HeaderValue::from_static(page);
    response.headers_mut().insert(LOCATION, page);
    response
}

async fn page(api: Data<Api>) -> HttpResponse {
    let mut response = HttpResponse::Ok().content_type("text/html; charset=utf-8").body(PAGE);
    // Swagger UI styles its elements inline; its scripts are files of ours. `Try it out` calls
    // the server that the document names.
    let target = api.settings.api_url.as_deref().unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self' {target}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

async fn asset(name: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let mut response = match OURS.iter().find(|(ours, ..)| *ours == name.as_str()) {
        Some((_, media_type, text)) => HttpResponse::Ok().content_type(*media_type).body(*text),
        None => {
            let file = FILES.iter().find(|file| file.name == name.as_str());
            file.ok_or(ApiError::NoRoute)?.answer(&request)
        }
    };
    let an_hour = HeaderValue::from_static("public, max-age=3600");
    response.headers_mut().insert(CACHE_CONTROL, an_hour);
    Ok(response)
}

impl File {
    fn load(name: &'static str, config: &Arc<Config<'static>>) -> Self {
        let found = utoipa_swagger_ui::serve(name, Arc::clone(config));
        let file = found.ok().flatten().expect("Swagger UI has this file");
        assert!(file.gzpipped, "Swagger UI is embedded packed");
        let packed = match file.bytes {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => bytes.into(),
        };
        let mut plain = Vec::new();
        let unpacked = GzDecoder::new(packed.as_ref()).read_to_end(&mut plain);
        unpacked.expect("what was packed can be unpacked");
        let media_type = HeaderValue::from_str(&file.content_type);
        Self {
            name,
            media_type: media_type.expect("media types are visible ASCII"),
            packed,
            plain: plain.into(),
        }
    }

    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let is_packed = prefers_gzip(request.headers());
        let bytes = if is_packed { &self.packed } else { &self.plain };
        let mut response = HttpResponse::Ok().body(bytes.clone());
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, self.media_type.clone());
        headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        if is_packed {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    }
}
