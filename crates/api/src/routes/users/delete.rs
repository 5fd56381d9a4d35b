use actix_web::{HttpResponse, http::Method, web::Data};

use crate::{
    Api,
    error::{ApiError, Code},
    extract::{Admin, Caller, Expected, Input, PathId},
    openapi::{Operation, Tag, parameters},
    routes::Endpoint,
    views::empty,
};

pub(super) fn endpoint() -> Endpoint {
    let operation = Operation::new(
        "deleteUser",
        "Delete a user and their posts",
        Tag::Users,
        "The account goes with all its posts and tokens, for good. With `If-Match` only \
             the state that you read is deleted; where no active `ADMIN` would be left it \
             is a 409 `last_admin`, also for yourself.",
    )
    .parameters([parameters::id(), parameters::if_match()])
    .empty()
    .errors(409, &[Code::LastAdmin])
    .errors(412, &[Code::VersionConflict]);
    Endpoint::new(Method::DELETE, "/api/users/{id}", delete_user, operation)
}

async fn delete_user(
    caller: Caller<Admin>,
    api: Data<Api>,
    id: PathId,
    input: Input<Expected>,
) -> Result<HttpResponse, ApiError> {
    let Expected(if_match) = input.value;
    api.users()?.delete(&caller.actor(), id.parse()?, &if_match).await?;
    Ok(empty())
}
