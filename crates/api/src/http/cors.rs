//! Which pages of other origins may call the API (the Fetch standard, 3.2).

use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::http::{
    Method,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
        ALLOW, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN,
    },
};

use crate::Environment;

/// Told by browsers that know (Fetch Metadata), however a proxy changed `Host`.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

const ALLOWED_HEADERS: &str = "Authorization, Content-Type, If-Match, If-None-Match, \
     Idempotency-Key, X-Request-Id, traceparent";
const EXPOSED_HEADERS: &str = "Age, Allow, Deprecation, ETag, Idempotency-Replayed, Link, Location, \
     RateLimit, RateLimit-Limit, RateLimit-Policy, RateLimit-Remaining, RateLimit-Reset, \
     Retry-After, Sunset, WWW-Authenticate, X-Request-Id";

/// The origins that may call.
pub struct Cors {
    origins: Vec<HeaderValue>,
    /// Whether the next refusal is to be told.
    tells: AtomicBool,
}

impl Cors {
    /// Allows these origins, none when empty. In development the log tells of the first refusal:
    /// browsers don't say to a page why its call failed.
    pub fn new(origins: &[String], environment: Environment) -> Self {
        let values = origins.iter().map(|o| HeaderValue::from_str(o));
        Self {
            origins: values.filter_map(Result::ok).collect(),
            tells: AtomicBool::new(environment == Environment::Development),
        }
    }

    /// Whether the request comes from a page that may call; `None` when it may not.
    pub fn allowed_origin(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(ORIGIN)?;
        let allowed = self.origins.iter().find(|o| *o == origin).cloned();
        if allowed.is_none() {
            self.tell_once(origin, headers);
        }
        allowed
    }

    fn tell_once(&self, origin: &HeaderValue, headers: &HeaderMap) {
        let is_told = !self.tells.load(Ordering::Relaxed) || is_same_origin(origin, headers);
        if !is_told && self.tells.swap(false, Ordering::Relaxed) {
            tracing::warn!(
                ?origin,
                "a page of another origin may not read our answers: \
                 add its origin to CORS_ALLOWED_ORIGINS if it may"
            );
        }
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

/// Whether the request comes from a page of ours: browsers send `Origin` with each POST.
fn is_same_origin(origin: &HeaderValue, headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get(SEC_FETCH_SITE) {
        return site == "same-origin";
    }
    let origin = origin.to_str().ok().and_then(|o| o.split_once("://"));
    let host = headers.get(HOST).and_then(|h| h.to_str().ok());
    origin.zip(host).is_some_and(|((_, origin), host)| origin.eq_ignore_ascii_case(host))
}
