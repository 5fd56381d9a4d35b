//! What follows from an endpoint's rule.

use serde_json::{Value, json};

use crate::{
    error::Code,
    extract::{Access, BodyRule},
    middleware::{LimitRule, Rule},
};

/// Who may call it, by the name of the role.
pub(super) fn who(access: Access) -> &'static str {
    match access {
        Access::Anyone => "**Anyone** may do this; a token is not looked at.",
        Access::Viewer => "**Anyone** may do this; a token is not needed, but a bad one is a 401.",
        Access::User => "Whoever is **logged in** may do this, as `USER` or `ADMIN`.",
        Access::SelfOrAdmin => {
            "An **`ADMIN`** may do this, and the user whose `id` it is; everyone else gets a 403, \
             whether there is such a user or not."
        }
        Access::Admin => "Only an **`ADMIN`** may do this; everyone else gets a 403.",
    }
}

/// An empty requirement beside the scheme says that the token may be left out.
pub(super) fn security(access: Access) -> Value {
    match access {
        Access::Anyone => json!([]),
        Access::Viewer => json!([{}, {"bearer": []}]),
        Access::User | Access::SelfOrAdmin | Access::Admin => json!([{"bearer": []}]),
    }
}

/// The errors that follow from what is checked before the handler runs.
pub(super) fn common_errors(rule: &Rule) -> Vec<(u16, &'static [Code])> {
    const TOKEN: &[Code] = &[Code::TokenInvalid, Code::TokenExpired, Code::TokenRevoked];
    if rule.limits == LimitRule::Unguarded {
        let is_ready = rule.template.ends_with("ready");
        return if is_ready { vec![(503, &[Code::Unavailable])] } else { Vec::new() };
    }
    let mut errors: Vec<(u16, &'static [Code])> = vec![
        (406, &[Code::NotAcceptable]),
        (429, &[Code::RateLimited]),
        (500, &[Code::Internal]),
        (503, &[Code::Unavailable, Code::Timeout]),
    ];
    if rule.is_strict {
        errors.push((400, &[Code::ValidationFailed]));
    }
    match rule.access {
        Access::Anyone => {}
        Access::Viewer => errors.push((401, TOKEN)),
        Access::User | Access::SelfOrAdmin | Access::Admin => {
            errors.push((401, &[Code::Unauthenticated]));
            errors.push((401, TOKEN));
        }
    }
    if matches!(rule.access, Access::Admin | Access::SelfOrAdmin) {
        errors.push((403, &[Code::Forbidden]));
    }
    if rule.template.contains("{id}") || rule.template.contains("/me") {
        errors.push((404, &[Code::NotFound]));
    }
    if rule.body != BodyRule::Ignored {
        errors.push((400, &[Code::MalformedJson]));
        errors.push((408, &[Code::Timeout]));
        errors.push((413, &[Code::PayloadTooLarge]));
        errors.push((415, &[Code::UnsupportedMediaType]));
    }
    errors
}
