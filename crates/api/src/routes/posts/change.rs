use actix_web::{HttpResponse, http::Method, web::Data};
use basalt_application::IfMatch;
use basalt_domain::{Content, FieldCode, PostChanges, Title};
use serde_json::json;

use crate::{
    Api,
    error::{ApiError, Code},
    extract::{BodyRule, Caller, Fields, FromFields, Input, PathId, User},
    openapi::{Operation, Resource, Tag, parameters},
    routes::Endpoint,
    views::{PostView, written},
};

const DONE: &str = "Post updated successfully";

pub(super) fn endpoint() -> Endpoint {
    let operation = Operation::new(
        "changePost",
        "Change a post",
        Tag::Posts,
        "A post is changed by its author or an `ADMIN`; everyone else gets a 403, and a \
             404 where it is a draft. What is left out stays: `{\"published\":true}` \
             publishes. Send the `ETag` that you read as `If-Match`, lest you overwrite \
             what somebody else wrote meanwhile.",
    )
    .parameters([parameters::id(), parameters::if_match()])
    .body("PostChanges", &json!({"title": "First post", "published": true}))
    .written(Resource::Post, DONE)
    .invalid("title", FieldCode::Required, "Title is required")
    .errors(403, &[Code::Forbidden])
    .errors(412, &[Code::VersionConflict]);
    Endpoint::new(Method::PATCH, "/api/posts/{id}", change_post, operation)
}

async fn change_post(
    caller: Caller<User>,
    api: Data<Api>,
    id: PathId,
    input: Input<Changes>,
) -> Result<HttpResponse, ApiError> {
    let Changes { changes, if_match } = input.value;
    let post = api.posts()?.change(&caller.actor(), id.parse()?, changes, &if_match).await?;
    Ok(written(DONE, PostView::from(&post), Some(post.tag())))
}

struct Changes {
    changes: PostChanges,
    if_match: IfMatch,
}

impl FromFields for Changes {
    const BODY: BodyRule = BodyRule::Required;

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let changes = PostChanges {
            title: fields.optional("title", Title::parse),
            content: fields.optional("content", Content::parse),
            published: fields.optional_bool("published"),
        };
        let if_match = fields.if_match()?;
        Some(Self { changes, if_match })
    }
}
