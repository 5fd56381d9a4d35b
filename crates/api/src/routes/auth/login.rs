use actix_web::{HttpResponse, http::Method, web::Data};
use basalt_domain::{CandidatePassword, Email};

use crate::{
    Api,
    error::{ApiError, Code},
    extract::{Anyone, BodyRule, Caller, Fields, FromFields, Input},
    openapi::{Operation, Resource, Tag},
    routes::Endpoint,
    views::{SessionView, written},
};

pub(super) fn endpoint() -> Endpoint {
    let operation = Operation::new("login", "Log in", Tag::Account)
        .body("Credentials")
        .written(Resource::Session)
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
    let auth = api.services.auth.clone();
    let write = async move { auth.login(&email, &password).await };
    let session = caller.detached(write).await?;
    Ok(written(
        "Login successful",
        SessionView::from(&session),
        None,
    ))
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
        Some(Self {
            email: email?,
            password: password?,
        })
    }
}
