use actix_web::{HttpResponse, http::Method, web::Data};
use basalt_application::NewPost;
use basalt_domain::{Content, FieldCode, IdempotencyKey, Post, Title};
use serde_json::json;

use crate::{
    Api,
    error::{ApiError, Code},
    extract::{BodyRule, Caller, Fields, FromFields, Input, User},
    openapi::{Operation, Resource, Tag, parameters},
    routes::{Endpoint, attempt::attempt},
    views::{PostView, StoredReply, created, of_created},
};

const DONE: &str = "Post created successfully";

pub(super) fn endpoint() -> Endpoint {
    let operation = Operation::new(
        "createPost",
        "Write a post",
        Tag::Posts,
        "It is a draft, which only its author and an `ADMIN` see, unless `published` is \
             true; `PATCH` publishes it later. `Location` is its path and `ETag` its tag \
             for an edit; with an `Idempotency-Key` you may send it again when the answer \
             gets lost.",
    )
    .parameters([parameters::idempotency_key(parameters::Keys::OfTheCaller)])
    .body(
        "NewPost",
        &json!({"title": "First post", "content": "Hello, everyone.", "published": true}),
    )
    .created(Resource::Post, DONE)
    .invalid("title", FieldCode::Required, "Title is required")
    .errors(409, &[Code::IdempotencyInProgress])
    .errors(422, &[Code::IdempotencyKeyReused]);
    Endpoint::new(Method::POST, "/api/posts", create_post, operation)
}

async fn create_post(
    caller: Caller<User>,
    api: Data<Api>,
    input: Input<Draft>,
) -> Result<HttpResponse, ApiError> {
    let Draft { post, key } = input.value;
    let attempt = key.map(|key| {
        let render = |created: &Post| reply(created).to_answer();
        attempt(&api.keys, key, &input.canonical_body, render)
    });
    let created = api.posts()?.create(&caller.actor(), post, attempt).await?;
    of_created(created, reply)
}

fn reply(post: &Post) -> StoredReply {
    let location = format!("/api/posts/{}", post.id);
    created(DONE, PostView::from(post), location, post.tag())
}

struct Draft {
    post: NewPost,
    key: Option<IdempotencyKey>,
}

impl FromFields for Draft {
    const BODY: BodyRule = BodyRule::Required;

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let title = fields.required("title", "Title is required", Title::parse);
        let content = fields.required("content", "Content is required", Content::parse);
        let published = fields.optional_bool("published").unwrap_or(false);
        let key = fields.idempotency_key();
        let post = NewPost { title: title?, content: content?, published };
        Some(Self { post, key })
    }
}
