use actix_web::{HttpRequest, HttpResponse, http::Method, web::Data};

use crate::{
    Api,
    error::ApiError,
    extract::{Caller, Input, NoFields, User},
    openapi::{Operation, Resource, Tag, parameters},
    routes::Endpoint,
    views::{UserView, read},
};

pub(super) fn endpoint() -> Endpoint {
    let operation = Operation::new(
        "readMe",
        "Read my account",
        Tag::Account,
        "It tells whose the token is, and with which role. Keep the `ETag` for an edit \
             of your account.",
    )
    .parameters([parameters::if_none_match()])
    .read(Resource::User);
    Endpoint::new(Method::GET, "/api/users/me", read_me, operation)
}

async fn read_me(
    caller: Caller<User>,
    api: Data<Api>,
    _: Input<NoFields>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let user = api.users()?.read(caller.actor().id).await?;
    Ok(read(&request, UserView::from(&user), user.tag()))
}
