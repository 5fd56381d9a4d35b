use actix_web::{HttpRequest, HttpResponse, http::Method, web::Data};

use crate::{
    Api,
    error::ApiError,
    extract::{Caller, Input, NoFields, PathId, SelfOrAdmin},
    openapi::{Operation, Resource, Tag, parameters},
    routes::Endpoint,
    views::{UserView, read},
};

pub(super) fn endpoint() -> Endpoint {
    let operation = Operation::new(
        "readUser",
        "Read a user",
        Tag::Users,
        "Keep the `ETag` for an edit of the account. What others may know of somebody, \
             their name, stands in each of their posts.",
    )
    .parameters([parameters::id(), parameters::if_none_match()])
    .read(Resource::User);
    Endpoint::new(Method::GET, "/api/users/{id}", read_user, operation)
}

async fn read_user(
    _: Caller<SelfOrAdmin>,
    api: Data<Api>,
    id: PathId,
    _: Input<NoFields>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let user = api.users()?.read(id.parse()?).await?;
    Ok(read(&request, UserView::from(&user), user.tag()))
}
