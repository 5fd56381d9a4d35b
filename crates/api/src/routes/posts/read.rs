use actix_web::{HttpRequest, HttpResponse, http::Method, web::Data};

use crate::{
    Api,
    error::ApiError,
    extract::{Caller, Input, NoFields, PathId, Viewer},
    openapi::{Operation, Resource, Tag, parameters},
    routes::Endpoint,
    views::{PostView, read},
};

pub(super) fn endpoint() -> Endpoint {
    let operation = Operation::new(
        "readPost",
        "Read a post",
        Tag::Posts,
        "A draft is there for its author and an `ADMIN` alone, and a 404 for everyone \
             else. Keep the `ETag`: as `If-Match` for an edit, as `If-None-Match` for \
             reading again.",
    )
    .parameters([parameters::id(), parameters::if_none_match()])
    .read(Resource::Post);
    Endpoint::new(Method::GET, "/api/posts/{id}", read_post, operation)
}

async fn read_post(
    caller: Caller<Viewer>,
    api: Data<Api>,
    id: PathId,
    _: Input<NoFields>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let post = api.posts()?.read(caller.viewer(), id.parse()?).await?;
    Ok(read(&request, PostView::from(&post), post.tag()))
}
