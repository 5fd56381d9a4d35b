use actix_web::{Handler, Responder, Route, guard, http::Method, middleware::from_fn, web};

use crate::{
    extract::{Access, Arguments},
    middleware::{Detached, LimitRule, Rule, gate},
    openapi::Operation,
};

/// One method on one path: who may call it, what it does, and what the document says of it.
pub(crate) struct Endpoint {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) rule: Rule,
    pub(crate) operation: Option<Operation>,
    route: Route,
}

impl Endpoint {
    /// An endpoint under the checks of `/api`. Who may call it stands in the handler's type.
    pub(crate) fn new<F, Args>(
        method: Method,
        path: &'static str,
        handler: F,
        operation: Operation,
    ) -> Self
    where
        F: Handler<Args>,
        Args: Arguments + 'static,
        F::Output: Responder + 'static,
    {
        let rule = Rule {
            template: path,
            access: Args::ACCESS,
            body: Args::BODY,
            is_strict: Args::IS_STRICT,
            limits: LimitRule::Default,
        };
        Self::with_rule(rule, method, handler).documented(operation)
    }

    /// An endpoint that answers whatever happens to the rest: no limit, no token, no cap.
    pub(crate) fn unguarded<F, Args>(path: &'static str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let rule = Rule {
            template: path,
            access: Access::Anyone,
            body: crate::extract::BodyRule::Ignored,
            is_strict: false,
            limits: LimitRule::Unguarded,
        };
        Self::with_rule(rule, Method::GET, handler)
    }

    fn with_rule<F, Args>(rule: Rule, method: Method, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        // A read ends with its client.
        let route = if method.is_safe() {
            web::route().to(handler)
        } else {
            web::route().to(Detached(handler))
        };
        Self { path: rule.template, rule, operation: None, route, method }
    }

    pub(crate) fn documented(self, operation: Operation) -> Self {
        Self { operation: Some(operation), ..self }
    }

    /// Puts the endpoint under the limit on guessing passwords too.
    pub(crate) fn limited_guessing(mut self) -> Self {
        self.rule.limits = LimitRule::Guessing;
        self
    }

    /// The route, with its gate. A GET answers HEAD too; the body is left out by the server.
    pub(crate) fn into_route(self) -> Route {
        let Self { method, rule, route, .. } = self;
        let route = route.guard(guard::fn_guard(move |context| {
            let asked = &context.head().method;
            *asked == method || (method == Method::GET && *asked == Method::HEAD)
        }));
        route.wrap(from_fn(move |request, next| gate(rule, request, next)))
    }
}
