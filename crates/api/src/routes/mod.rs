//! Every route, from one list: the router and the OpenAPI document are both made from it.

mod attempt;
mod auth;
mod docs;
mod document;
mod endpoint;
mod health;
mod listing;
mod metrics;
mod posts;
mod users;

use std::rc::Rc;

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse, guard,
    http::{
        Method, StatusCode,
        header::{ALLOW, HeaderValue},
    },
    web,
};

pub(crate) use endpoint::Endpoint;
pub(crate) use metrics::{PATH as METRICS, endpoint as metrics};

use crate::{Api, Settings, error::ApiError, middleware::RequestState};

/// The endpoints that are served with these settings, in the order of the document, which is that
/// of use. Of two paths that match the same request the earlier wins: `me` comes before `{id}`.
pub(crate) fn endpoints(settings: &Settings) -> Vec<Endpoint> {
    let mut all = vec![users::registration()];
    all.extend(auth::endpoints());
    all.extend(users::endpoints());
    all.extend(posts::endpoints());
    if settings.docs {
        all.extend(document::endpoints());
        all.extend(docs::endpoints());
    }
    all.extend(health::endpoints());
    all
}

pub(crate) fn configure(config: &mut web::ServiceConfig, api: &Api) {
    serve(config, endpoints(&api.settings));
}

/// What operators are served: health, and `metrics`.
pub(crate) fn configure_for_operators(config: &mut web::ServiceConfig, metrics: Endpoint) {
    let mut endpoints = health::for_operators();
    endpoints.push(metrics);
    serve(config, endpoints);
}

/// Whether machines ask for it, all the time.
pub(crate) fn is_probe(template: &str) -> bool {
    [health::LIVE, health::READY, METRICS].contains(&template)
}

fn serve(config: &mut web::ServiceConfig, mut endpoints: Vec<Endpoint>) {
    while let Some(first) = endpoints.first() {
        let path = first.path;
        let (here, rest): (Vec<_>, Vec<_>) = endpoints.into_iter().partition(|e| e.path == path);
        config.service(resource(path, here));
        endpoints = rest;
    }
    config.default_service(web::to(no_route));
}

/// A path with all its methods. Only `web::resource` answers 405; HEAD and OPTIONS are never
/// implicit.
fn resource(path: &'static str, endpoints: Vec<Endpoint>) -> actix_web::Resource {
    let allowed = allowed_methods(&endpoints);
    let mut resource = web::resource(path);
    for endpoint in endpoints {
        resource = resource.route(endpoint.into_route());
    }
    let value = HeaderValue::from_str(&allowed).expect("methods are visible ASCII");
    let options = web::route().guard(guard::Options()).to(move |request| {
        name_template(&request, path);
        let mut response = HttpResponse::new(StatusCode::NO_CONTENT);
        response.headers_mut().insert(ALLOW, value.clone());
        std::future::ready(response)
    });
    resource.route(options).default_service(web::to(move |request| {
        name_template(&request, path);
        std::future::ready(Err::<HttpResponse, _>(ApiError::NoMethod(allowed.clone())))
    }))
}

/// Tells the log which path this is: no gate does, where no endpoint answers.
fn name_template(request: &HttpRequest, path: &'static str) {
    if let Some(state) = request.extensions().get::<Rc<RequestState>>() {
        state.template.set(path);
    }
}

/// What `Allow` says: the endpoints' methods, HEAD with every GET, and OPTIONS.
fn allowed_methods(endpoints: &[Endpoint]) -> String {
    let mut methods: Vec<&str> = Vec::new();
    for endpoint in endpoints {
        methods.push(endpoint.method.as_str());
        if endpoint.method == Method::GET {
            methods.push("HEAD");
        }
    }
    methods.push("OPTIONS");
    methods.join(", ")
}

async fn no_route(_: HttpRequest) -> Result<HttpResponse, ApiError> {
    Err(ApiError::NoRoute)
}
