use actix_web::{HttpResponse, http::Method, web::Data};

use crate::{
    Api,
    error::ApiError,
    extract::{BodyRule, Caller, Fields, FromFields, Input, User},
    openapi::{Operation, Tag},
    routes::Endpoint,
    views::empty,
};

pub(super) fn endpoint() -> Endpoint {
    let operation = Operation::new("logout", "End this token, or all of mine", Tag::Account)
        .optional_body("Logout")
        .empty();
    Endpoint::new(Method::POST, "/api/auth/logout", logout, operation)
}

async fn logout(
    caller: Caller<User>,
    api: Data<Api>,
    input: Input<Logout>,
) -> Result<HttpResponse, ApiError> {
    let Logout { everywhere } = input.value;
    let (auth, claims) = (api.services.auth.clone(), caller.claims());
    let write = async move { auth.logout(&claims, everywhere).await };
    caller.detached(write).await?;
    Ok(empty())
}

struct Logout {
    everywhere: bool,
}

impl FromFields for Logout {
    const BODY: BodyRule = BodyRule::Optional;

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let everywhere = fields.optional_bool("everywhere").unwrap_or(false);
        Some(Self { everywhere })
    }
}
