use actix_web::{HttpResponse, http::Method, web::Data};

use crate::{
    Api,
    error::{ApiError, Code},
    extract::{Caller, Expected, Input, PathId, User},
    openapi::{Operation, Tag, parameters},
    routes::Endpoint,
    views::empty,
};

pub(super) fn endpoint() -> Endpoint {
    let operation = Operation::new(
        "deletePost",
        "Delete a post",
        Tag::Posts,
        "A post is deleted by its author or an `ADMIN`; everyone else gets a 403, and a \
             404 where it is a draft. It is gone for good, and a repeated `DELETE` is a \
             404; with `If-Match` only the state that you read is deleted.",
    )
    .parameters([parameters::id(), parameters::if_match()])
    .empty()
    .errors(403, &[Code::Forbidden])
    .errors(412, &[Code::VersionConflict]);
    Endpoint::new(Method::DELETE, "/api/posts/{id}", delete_post, operation)
}

async fn delete_post(
    caller: Caller<User>,
    api: Data<Api>,
    id: PathId,
    input: Input<Expected>,
) -> Result<HttpResponse, ApiError> {
    let Expected(if_match) = input.value;
    api.posts()?.delete(&caller.actor(), id.parse()?, &if_match).await?;
    Ok(empty())
}
