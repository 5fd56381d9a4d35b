use actix_web::{HttpResponse, http::Method, web::Data};
use basalt_domain::FieldCode;
use serde_json::json;

use crate::{
    Api,
    error::ApiError,
    extract::{BodyRule, Caller, Fields, FromFields, Input, User},
    openapi::{Operation, Tag},
    routes::Endpoint,
    views::empty,
};

pub(super) fn endpoint() -> Endpoint {
    let operation = Operation::new(
        "logout",
        "End this token, or all of mine",
        Tag::Account,
        "Without a body it ends the token that the request carries, with \
             `{\"everywhere\":true}` all of yours on every device. It holds at once in the \
             process that did it and within a second in every other; log in for a new one.",
    )
    .optional_body("Logout", &json!({"everywhere": false}))
    .empty()
    .invalid("everywhere", FieldCode::InvalidType, "everywhere must be true or false");
    Endpoint::new(Method::POST, "/api/auth/logout", logout, operation)
}

async fn logout(
    caller: Caller<User>,
    api: Data<Api>,
    input: Input<Logout>,
) -> Result<HttpResponse, ApiError> {
    let Logout { everywhere } = input.value;
    api.auth()?.logout(&caller.claims(), everywhere).await?;
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
