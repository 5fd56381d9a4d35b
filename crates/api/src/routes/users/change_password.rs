use actix_web::{HttpResponse, http::Method, web::Data};
use basalt_domain::{CandidatePassword, FieldCode, Password};
use serde_json::json;

use crate::{
    Api,
    error::{ApiError, Code},
    extract::{BodyRule, Caller, Fields, FromFields, Input, User},
    openapi::{Operation, Resource, Tag},
    routes::Endpoint,
    views::{SessionView, written},
};

const DONE: &str = "Password changed successfully";

pub(super) fn endpoint() -> Endpoint {
    let operation = Operation::new(
        "changePassword",
        "Change my password",
        Tag::Account,
        "It ends every token of the account, also the one of this request, and answers \
             a fresh one: go on with that. A wrong `currentPassword` is a 401 \
             `invalid_credentials` and counts against the limit `auth` as a failed login \
             does; a success does not.",
    )
    .body(
        "PasswordChange",
        &json!({"currentPassword": "correct horse", "newPassword": "battery staple"}),
    )
    .written(Resource::Session, DONE)
    .invalid("currentPassword", FieldCode::TooShort, "Password is required")
    .errors(401, &[Code::InvalidCredentials]);
    Endpoint::new(Method::PUT, "/api/users/me/password", change_password, operation)
        .limited_guessing()
}

async fn change_password(
    caller: Caller<User>,
    api: Data<Api>,
    input: Input<Passwords>,
) -> Result<HttpResponse, ApiError> {
    let Passwords { current, new } = input.value;
    let session = api.auth()?.change_password(&caller.actor(), &current, &new).await?;
    Ok(written(DONE, SessionView::from(&session), None))
}

struct Passwords {
    current: CandidatePassword,
    new: Password,
}

impl FromFields for Passwords {
    const BODY: BodyRule = BodyRule::Required;

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let policy = fields.api.settings.password_policy;
        let short = Password::too_short(policy.min_chars).message;
        let current =
            fields.required("currentPassword", "Password is required", CandidatePassword::parse);
        let new = fields.required("newPassword", short, |raw| Password::parse(raw, &policy));
        Some(Self { current: current?, new: new? })
    }
}
