use actix_web::{HttpResponse, http::Method, web::Data};
use basalt_domain::{CandidatePassword, Email, FieldCode};
use serde_json::json;

use crate::{
    Api,
    error::{ApiError, Code},
    extract::{Anyone, BodyRule, Caller, Fields, FromFields, Input},
    openapi::{Operation, Resource, Tag},
    routes::Endpoint,
    views::{SessionView, written},
};

const DONE: &str = "Login successful";

pub(super) fn endpoint() -> Endpoint {
    let operation = Operation::new(
        "login",
        "Log in",
        Tag::Account,
        "Send `data.token` as `Authorization: Bearer …` from then on, until \
             `expiresAt`. Only failed logins count against the limits `auth` (5 in 900 s \
             from one address) and `account` (50 in 900 s for one e-mail); when one is used \
             up the right password is a 429 too.",
    )
    .body("Credentials", &json!({"email": "ann@example.com", "password": "correct horse"}))
    .written(Resource::Session, DONE)
    .invalid("email", FieldCode::InvalidEmail, "Valid email is required")
    .errors(401, &[Code::InvalidCredentials]);
    Endpoint::new(Method::POST, "/api/auth/login", login, operation).limited_guessing()
}

async fn login(
    caller: Caller<Anyone>,
    api: Data<Api>,
    input: Input<Credentials>,
) -> Result<HttpResponse, ApiError> {
    let Credentials { email, password } = input.value;
    caller.take_account_limit(&api, &email).await?;
    let session = api.auth()?.login(&email, &password).await?;
    Ok(written(DONE, SessionView::from(&session), None))
}

struct Credentials {
    email: Email,
    password: CandidatePassword,
}

impl FromFields for Credentials {
    const BODY: BodyRule = BodyRule::Required;

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let email = fields.required("email", "Valid email is required", Email::parse);
        let password =
            fields.required("password", "Password is required", CandidatePassword::parse);
        Some(Self { email: email?, password: password? })
    }
}
