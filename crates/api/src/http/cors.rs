//! Which pages of other origins may call the API (the Fetch standard, 3.2).

use actix_web::http::{
    Method,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
        ALLOW, HeaderMap, HeaderValue, ORIGIN,
    },
};

const ALLOWED_HEADERS: &str = "Authorization, Content-Type, If-Match, If-None-Match, \
     Idempotency-Key, X-Request-Id, traceparent";
const EXPOSED_HEADERS: &str = "Allow, Deprecation, ETag, Idempotency-Replayed, Link, Location, \
     RateLimit, RateLimit-Limit, RateLimit-Policy, RateLimit-Remaining, RateLimit-Reset, \
     Retry-After, Sunset, WWW-Authenticate, X-Request-Id";

/// The origins that may call.
pub struct Cors {
    origins: Vec<HeaderValue>,
}

impl Cors {
    /// Allows these origins, none when empty.
    pub fn new(origins: &[String]) -> Self {
        let values = origins.iter().map(|o| HeaderValue::from_str(o));
        Self {
            origins: values.filter_map(Result::ok).collect(),
        }
    }

    /// Whether the request comes from a page that may call; `None` when it may not.
    pub fn allowed_origin(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        if self.origins.is_empty() {
            return None;
        }
        let origin = headers.get(ORIGIN)?;
        self.origins.iter().find(|o| *o == origin).cloned()
    }

    /// Whether a request asks what another one may do.
    pub fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
        *method == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
    }

    /// Adds what a page of `origin` may know. A preflight learns the methods of its path from the
    /// `Allow` that every answer to OPTIONS has.
    pub fn add_headers(headers: &mut HeaderMap, origin: HeaderValue, is_preflight: bool) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if !is_preflight {
            let exposed = HeaderValue::from_static(EXPOSED_HEADERS);
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        } else if let Some(methods) = headers.get(ALLOW).cloned() {
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
            let allowed = HeaderValue::from_static(ALLOWED_HEADERS);
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed);
            // Two hours: the longest that browsers keep it.
            headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
        }
    }
}
