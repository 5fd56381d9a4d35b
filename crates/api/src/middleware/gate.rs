use std::{panic::AssertUnwindSafe, rc::Rc};

use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web,
};
use basalt_application::Error as UseCaseError;
use basalt_domain::{LimitKey, Policy, UserId};
use futures_util::FutureExt;
use tracing::{Instrument as _, Span, info_span};

use super::{
    media,
    state::{Phase, RequestState},
    token::{self, Found},
};
use crate::{
    Api,
    error::ApiError,
    extract::{Access, BodyRule},
};

/// What the gate has to know of an endpoint.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    pub(crate) template: &'static str,
    pub(crate) access: Access,
    pub(crate) body: BodyRule,
    /// Whether unknown fields and parameters are refused.
    pub(crate) is_strict: bool,
    pub(crate) limits: LimitRule,
}

/// Which checks an endpoint is under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitRule {
    /// None at all: health and docs answer whatever happens.
    Unguarded,
    /// Those of `/api`.
    Default,
    /// Those of `/api`, and the limit on guessing passwords.
    Guessing,
}

/// Makes every check that needs no body, in the order of the contract, then lets the handler run:
/// in time, and so that a panic is an answer.
pub(crate) async fn gate(
    rule: Rule,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let state = request.extensions().get::<Rc<RequestState>>().cloned();
    let state = state.expect("the outer layer made the state");
    state.template.set(rule.template);
    if rule.limits == LimitRule::Unguarded {
        return run(&state, None, request, next).await;
    }
    let api = request.app_data::<web::Data<Api>>().expect("the app holds its state").clone();
    let mut response = match admit(&api, rule, &state, &request).await {
        Ok(()) => run(&state, Some(&api), request, next).await?,
        Err(refused) => {
            // Not `into_response`: it forgets the error, and with it the body.
            let (request, _) = request.into_parts();
            ServiceResponse::new(request, HttpResponse::from_error(refused))
        }
    };
    state.limits.settle(&api, response.status()).await;
    state.limits.add_headers(&api, response.headers_mut());
    Ok(response)
}

async fn admit(
    api: &Api,
    rule: Rule,
    state: &RequestState,
    request: &ServiceRequest,
) -> Result<(), ApiError> {
    state.hold(api.enter().ok_or(ApiError::Overloaded)?);
    let headers = request.headers();
    let found = match rule.access {
        Access::Anyone => Found::None,
        _ => token::look(api, headers).await?,
    };
    if let Found::Good(who) = &found {
        state.set_authenticated(*who);
    }
    take_limits(api, rule, state, found).await?;
    check_right(rule.access, state, request)?;
    media::check(headers, rule.body)
}

/// The default limit, the 401 of a bad or missing token, then the limit on guessing. Where nobody
/// can be refused for a token, both limits are asked at once.
async fn take_limits(
    api: &Api,
    rule: Rule,
    state: &RequestState,
    found: Found,
) -> Result<(), ApiError> {
    let limits = &api.settings.limits;
    let address = LimitKey::address(state.client.address);
    let caller = match &found {
        Found::Good(who) => LimitKey::User(who.actor.id),
        Found::None | Found::Bad(_) => address.clone(),
    };
    let guessing = limits.auth.filter(|_| rule.limits == LimitRule::Guessing);
    let ask = |policy: Option<Policy>, key| policy.map(|policy| (policy, key));
    let first = ask(limits.default, caller);
    let second = ask(guessing, address);
    if rule.access == Access::Anyone {
        let both: Vec<_> = first.into_iter().chain(second).collect();
        return state.limits.take(api, &both).await;
    }
    state.limits.take(api, first.as_slice()).await?;
    match found {
        Found::Bad(why) => return Err(why),
        Found::None if rule.access != Access::Viewer => return Err(ApiError::TokenRequired),
        Found::None | Found::Good(_) => {}
    }
    state.limits.take(api, second.as_slice()).await
}

fn check_right(
    access: Access,
    state: &RequestState,
    request: &ServiceRequest,
) -> Result<(), ApiError> {
    let actor = state.authenticated().map(|who| who.actor);
    let is_granted = match access {
        Access::Anyone | Access::Viewer | Access::User => true,
        Access::Admin => actor.is_some_and(|actor| actor.is_admin()),
        Access::SelfOrAdmin => {
            let named = request.match_info().get("id").and_then(UserId::parse);
            actor.is_some_and(|actor| actor.may_read_user(named))
        }
    };
    if is_granted { Ok(()) } else { Err(ApiError::Application(UseCaseError::Forbidden)) }
}

/// Runs the handler. Here the route is known, so the request can be cloned for an answer that the
/// handler does not give; before, a clone would make the router panic.
async fn run(
    state: &RequestState,
    api: Option<&Api>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let kept: HttpRequest = request.request().clone();
    // What a write logs names its request, also after the client is gone.
    let span = if request.method().is_safe() {
        Span::none()
    } else {
        info_span!("request", request_id = state.request_id())
    };
    let handler = AssertUnwindSafe(next.call(request).instrument(span)).catch_unwind();
    let outcome = match api {
        Some(api) => match tokio::time::timeout(api.settings.request_timeout, handler).await {
            Ok(outcome) => outcome,
            Err(_) => {
                let late = match state.phase() {
                    Phase::Reading => ApiError::ArrivedLate,
                    Phase::Working => ApiError::WorkedLate,
                };
                return Ok(ServiceResponse::new(kept, HttpResponse::from_error(late)));
            }
        },
        None => handler.await,
    };
    match outcome {
        Ok(response) => response.map(ServiceResponse::map_into_boxed_body),
        Err(_) => {
            let panicked = HttpResponse::from_error(ApiError::Panicked);
            Ok(ServiceResponse::new(kept, panicked))
        }
    }
}
