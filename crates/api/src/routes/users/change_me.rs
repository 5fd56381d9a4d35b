use actix_web::{HttpResponse, http::Method, web::Data};
use basalt_application::IfMatch;
use basalt_domain::{Email, FieldCode, PersonName, UserChanges};
use serde_json::json;

use crate::{
    Api,
    error::{ApiError, Code},
    extract::{BodyRule, Caller, Fields, FromFields, Input, User},
    openapi::{Operation, Resource, Tag, parameters},
    routes::Endpoint,
    views::{UserView, written},
};

const DONE: &str = "User updated successfully";

pub(super) fn endpoint() -> Endpoint {
    let operation = Operation::new(
        "changeMe",
        "Change my name or e-mail",
        Tag::Account,
        "What is left out stays, and an empty object changes nothing; role and password \
             are not changed here. Send the `ETag` that you read as `If-Match`, lest you \
             overwrite what another device wrote meanwhile.",
    )
    .parameters([parameters::if_match()])
    .body("MyChanges", &json!({"name": "Ann"}))
    .written(Resource::User, DONE)
    .invalid("email", FieldCode::InvalidEmail, "Valid email is required")
    .errors(409, &[Code::EmailTaken])
    .errors(412, &[Code::VersionConflict]);
    Endpoint::new(Method::PATCH, "/api/users/me", change_me, operation)
}

async fn change_me(
    caller: Caller<User>,
    api: Data<Api>,
    input: Input<Changes>,
) -> Result<HttpResponse, ApiError> {
    let Changes { changes, if_match } = input.value;
    let actor = caller.actor();
    let user = api.users()?.change(&actor, actor.id, changes, &if_match).await?;
    Ok(written(DONE, UserView::from(&user), Some(user.tag())))
}

struct Changes {
    changes: UserChanges,
    if_match: IfMatch,
}

impl FromFields for Changes {
    const BODY: BodyRule = BodyRule::Required;

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let changes = UserChanges {
            name: fields.optional("name", PersonName::parse),
            email: fields.optional("email", Email::parse),
            ..UserChanges::default()
        };
        let if_match = fields.if_match()?;
        Some(Self { changes, if_match })
    }
}
