use actix_web::{HttpResponse, http::Method, web::Data};
use basalt_application::IfMatch;
use basalt_domain::{FieldCode, PersonName, UserChanges};

use super::list::role;
use serde_json::json;

use crate::{
    Api,
    error::{ApiError, Code},
    extract::{Admin, BodyRule, Caller, Fields, FromFields, Input, PathId},
    openapi::{Operation, Resource, Tag, parameters},
    routes::Endpoint,
    views::{UserView, written},
};

const DONE: &str = "User updated successfully";

pub(super) fn endpoint() -> Endpoint {
    let operation = Operation::new(
        "changeUser",
        "Change a user's name, role or state",
        Tag::Users,
        "A new role and `\"active\":false` end all tokens of that user; a deactivated \
             user keeps their posts and can't log in. Send the `ETag` that you read as \
             `If-Match`; where no active `ADMIN` would be left it is a 409 `last_admin`, \
             also for yourself.",
    )
    .parameters([parameters::id(), parameters::if_match()])
    .body("UserChanges", &json!({"name": "Ann"}))
    .written(Resource::User, DONE)
    .invalid("role", FieldCode::NotAllowed, "role must be one of USER, ADMIN")
    .errors(409, &[Code::LastAdmin])
    .errors(412, &[Code::VersionConflict]);
    Endpoint::new(Method::PATCH, "/api/users/{id}", change_user, operation)
}

async fn change_user(
    caller: Caller<Admin>,
    api: Data<Api>,
    id: PathId,
    input: Input<Changes>,
) -> Result<HttpResponse, ApiError> {
    let Changes { changes, if_match } = input.value;
    let user = api.users()?.change(&caller.actor(), id.parse()?, changes, &if_match).await?;
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
            role: fields.optional("role", role),
            active: fields.optional_bool("active"),
            email: None,
        };
        let if_match = fields.if_match()?;
        Some(Self { changes, if_match })
    }
}
