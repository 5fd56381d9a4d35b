//! Basalt over HTTP: routes, inputs, answers, errors and the OpenAPI document.
//!
//! **What is here.** One file per endpoint under [`routes`], one table of errors ([`error`]), the
//! extractors that read a request strictly ([`extract`]), what surrounds every request
//! ([`middleware`]), and the OpenAPI 3.1 document, made from the same list as the routes
//! ([`openapi()`]).
//!
//! **What must never be here.** Rules of the domain, database types, anything that knows which
//! store is in use. A handler translates: request to use case, outcome to answer.
//!
//! **The life of a request.** [`middleware::outer`] gives it an id, then the router finds its
//! endpoint (404, 405 and OPTIONS end there). [`middleware::gate`] makes every check that needs no
//! body, in the order of the contract: cap on requests in flight, token, limits, rights, media
//! types, announced size. The endpoint's [`extract::Input`] reads and checks body, query and
//! headers at once; the handler calls one use case. On the way back the gate adds the limit's
//! headers, and the outer layer renders errors, adds the headers that every answer has, and logs.
//!
//! **How to extend it.** A new endpoint is a file with a handler, an input and an operation for
//! the document, and a line in its area's list; `CONTRIBUTING.md` shows it step by step.

mod document;
pub mod error;
pub mod extract;
mod health;
pub mod http;
pub mod middleware;
mod openapi;
pub mod routes;
mod settings;
mod state;
mod traces;
mod views;

pub use document::openapi;
pub use health::{Health, Loss, Part, Ready};
pub use http::trace_context::{TraceContext, TraceId};
pub use settings::{Environment, ForwardedHeader, LimitPolicies, Settings};
pub use state::{Api, Services, UseCases};
pub use traces::{RequestTrace, TracedAnswer, TracedRequest, Traces};

use actix_web::{
    App, Error,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
    web,
};

/// What operators ask on a listener of their own: health, which tells there of threads of the API
/// that don't move, and `metrics` in the form of Prometheus's text.
pub fn operators<F, M>(
    api: &web::Data<Api>,
    metrics: F,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<F, M>>,
        Error = Error,
        InitError = (),
    > + use<F, M>,
>
where
    F: Fn() -> M + Clone + 'static,
    M: Future<Output = String> + 'static,
{
    let metrics = routes::metrics(metrics);
    App::new()
        .app_data(web::Data::clone(api))
        .configure(move |config| routes::configure_for_operators(config, metrics))
        .wrap(from_fn(middleware::outer))
}

/// The whole of the API as an actix-web application, for a server or a test to run.
pub fn app(
    api: &web::Data<Api>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    let routes = web::Data::clone(api);
    App::new()
        .app_data(web::Data::clone(api))
        .configure(move |config| routes::configure(config, &routes))
        .wrap(from_fn(middleware::outer))
}
