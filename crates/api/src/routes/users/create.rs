use actix_web::{HttpResponse, http::Method, web::Data};
use basalt_application::NewUser;
use basalt_domain::{Email, FieldCode, IdempotencyKey, Password, PersonName, User};
use serde_json::json;

use crate::{
    Api,
    error::{ApiError, Code},
    extract::{Anyone, BodyRule, Caller, Fields, FromFields, Input},
    openapi::{Operation, Resource, Tag, parameters},
    routes::{Endpoint, attempt::attempt},
    views::{StoredReply, UserView, created, of_created},
};

const DONE: &str = "User created successfully";

pub(super) fn endpoint() -> Endpoint {
    let operation = Operation::new(
        "registerUser",
        "Register",
        Tag::Account,
        "The new account is an active `USER`; log in next, since the answer holds no \
             token. A role can't be chosen here: an `ADMIN` gives it with `PATCH \
             /api/users/{id}`.",
    )
    .parameters([parameters::idempotency_key(parameters::Keys::OfEveryone)])
    .body(
        "NewUser",
        &json!({"name": "Ann", "email": "ann@example.com", "password": "correct horse"}),
    )
    .created(Resource::User, DONE)
    .invalid("email", FieldCode::InvalidEmail, "Valid email is required")
    .errors(409, &[Code::EmailTaken, Code::IdempotencyInProgress])
    .errors(422, &[Code::IdempotencyKeyReused]);
    Endpoint::new(Method::POST, "/api/users", register, operation)
}

async fn register(
    _: Caller<Anyone>,
    api: Data<Api>,
    input: Input<Registration>,
) -> Result<HttpResponse, ApiError> {
    let Registration { user, key } = input.value;
    let attempt = key.map(|key| {
        let render = |created: &User| reply(created).to_answer();
        attempt(&api.keys, key, &input.canonical_body, render)
    });
    let registered = api.users()?.register(user, attempt).await?;
    of_created(registered, reply)
}

fn reply(user: &User) -> StoredReply {
    let location = format!("/api/users/{}", user.id);
    created(DONE, UserView::from(user), location, user.tag())
}

struct Registration {
    user: NewUser,
    key: Option<IdempotencyKey>,
}

impl FromFields for Registration {
    const BODY: BodyRule = BodyRule::Required;

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let policy = fields.api.settings.password_policy;
        let short = Password::too_short(policy.min_chars).message;
        let name = fields.required("name", "Name is required", PersonName::parse);
        let email = fields.required("email", "Valid email is required", Email::parse);
        let password = fields.required("password", short, |raw| Password::parse(raw, &policy));
        let key = fields.idempotency_key();
        let user = NewUser { name: name?, email: email?, password: password? };
        Some(Self { user, key })
    }
}
