use actix_web::{HttpResponse, http::Method, web::Data};

use crate::{
    Api,
    error::{ApiError, Code},
    extract::{Caller, Expected, Input, User},
    openapi::{Operation, Tag, parameters},
    routes::Endpoint,
    views::empty,
};

pub(super) fn endpoint() -> Endpoint {
    let operation = Operation::new(
        "deleteMe",
        "Delete my account and my posts",
        Tag::Account,
        "The account goes with all its posts and tokens, for good. The last active \
             `ADMIN` gets a 409 `last_admin`: make another one first.",
    )
    .parameters([parameters::if_match()])
    .empty()
    .errors(409, &[Code::LastAdmin])
    .errors(412, &[Code::VersionConflict]);
    Endpoint::new(Method::DELETE, "/api/users/me", delete_me, operation)
}

async fn delete_me(
    caller: Caller<User>,
    api: Data<Api>,
    input: Input<Expected>,
) -> Result<HttpResponse, ApiError> {
    let Expected(if_match) = input.value;
    let actor = caller.actor();
    api.users()?.delete(&actor, actor.id, &if_match).await?;
    Ok(empty())
}
