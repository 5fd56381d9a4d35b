use std::rc::Rc;

use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue,
        REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
    middleware::Next,
    web,
};
use tracing::{Instrument as _, Span};

use super::{access_log, body::Held, failures, state::RequestState};
use crate::{
    Api, Environment, RequestTrace, TracedRequest,
    error::{ApiError, Form, Occasion, render},
    http::{
        accept::Accept, client_address::Client, cors::Cors, request_id::X_REQUEST_ID,
        trace_context::TraceContext,
    },
};

/// The outermost layer: gives each request an id, renders errors, adds the headers that every
/// answer has, and logs.
pub(crate) async fn outer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let api = request.app_data::<web::Data<Api>>().expect("the app holds its state").clone();
    let peer = request.peer_addr().unwrap_or(NO_PEER);
    let headers = request.headers();
    let client = Client::of(peer, headers, &api.settings);
    let state = Rc::new(RequestState::new(api.request_ids.of(headers), client));
    let origin = api.cors.allowed_origin(headers);
    request.extensions_mut().insert(Rc::clone(&state));
    let trace = begun_trace(&api, &state, &request);

    let response = if request.path().contains('%') {
        // The router would decode the path, and paths are exact: none of ours has an escape.
        let unknown = HttpResponse::from_error(ApiError::NoRoute);
        // Not `into_response`: it forgets the error, and with it the body.
        let (request, _) = request.into_parts();
        ServiceResponse::new(request, unknown).map_into_right_body()
    } else {
        let span = trace.as_ref().map_or_else(Span::none, |trace| trace.span());
        let response = next.call(request).instrument(span).await;
        response?.map_into_left_body()
    };
    let mut response = render_error(&api, &state, response);
    add_headers(&api, &state, &mut response);
    if let Some(origin) = origin {
        let request = response.request();
        let is_preflight = Cors::is_preflight(request.method(), request.headers());
        Cors::add_headers(response.headers_mut(), origin, is_preflight);
    }
    access_log::write(&state, &response, trace);
    let place = state.take_place();
    Ok(response.map_body(|_, body| Held::new(body, place)))
}

/// A peer without an address is one of a Unix socket.
const NO_PEER: std::net::SocketAddr =
    std::net::SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

fn begun_trace(
    api: &Api,
    state: &RequestState,
    request: &ServiceRequest,
) -> Option<Box<dyn RequestTrace>> {
    let traces = api.services.traces.as_ref()?;
    Some(traces.begin(&TracedRequest {
        method: request.method(),
        path: request.path(),
        is_https: state.client.is_https,
        parent: TraceContext::of(request.headers()),
    }))
}

/// Gives a failed answer its body, now that all of the request is known.
fn render_error<B: MessageBody>(
    api: &Api,
    state: &RequestState,
    response: ServiceResponse<B>,
) -> ServiceResponse<EitherBody<B, BoxBody>> {
    let Some(failure) = response.response().error() else {
        return response.map_into_left_body();
    };
    let foreign;
    let error = match failure.as_error::<ApiError>() {
        Some(error) => error,
        None => {
            foreign = ApiError::Library(response.status());
            &foreign
        }
    };
    let request = response.request();
    let path = request.path();
    let is_api = path == "/api" || path.starts_with("/api/");
    let names_problem = is_api && Accept::read(request.headers()).names_problem;
    let occasion = Occasion {
        form: if names_problem { Form::Problem } else { Form::Envelope },
        request_id: state.request_id(),
        path,
        is_open: api.settings.environment == Environment::Development,
    };
    let mut rendered = render(error, &occasion);
    if rendered.status().is_server_error() {
        failures::tell(api, state, rendered.status(), error);
    }
    // What the gate already said (the limit's headers) stays.
    for (name, value) in response.headers() {
        if !rendered.headers().contains_key(name) {
            rendered.headers_mut().append(name.clone(), value.clone());
        }
    }
    let request = request.clone();
    ServiceResponse::new(request, rendered).map_into_right_body()
}

/// What every answer says to browsers. Sources: the OWASP REST security cheat sheet.
static TO_BROWSERS: [(HeaderName, HeaderValue); 4] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];
/// What an answer that is no page may load.
static NOTHING: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
static A_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");
static PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");
static NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");
static VARIES: HeaderValue = HeaderValue::from_static("Authorization, Accept, Origin");

/// The headers that every answer has. Their values are checked at compile time and shared.
fn add_headers<B>(api: &Api, state: &RequestState, response: &mut ServiceResponse<B>) {
    let path = response.request().path();
    let (is_private, is_api) = (
        path.starts_with("/api/users") || path.starts_with("/api/auth"),
        path.starts_with("/api/"),
    );
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert(X_REQUEST_ID.clone(), state.id.clone());
    for (name, value) in &TO_BROWSERS {
        headers.insert(name.clone(), value.clone());
    }
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        headers.insert(CONTENT_SECURITY_POLICY, NOTHING.clone());
    }
    if state.client.is_https {
        headers.insert(STRICT_TRANSPORT_SECURITY, A_YEAR.clone());
    }
    if is_api {
        let caching = if is_private { &PRIVATE } else { &NO_CACHE };
        headers.insert(CACHE_CONTROL, caching.clone());
        headers.insert(VARY, VARIES.clone());
    } else if !api.settings.cors_origins.is_empty() {
        headers.append(VARY, HeaderValue::from_static("Origin"));
    }
}
