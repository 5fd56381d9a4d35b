use basalt_domain::User;
use serde::Serialize;

/// A user as every client sees one.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserView<'a> {
    id: String,
    email: &'a str,
    name: &'a str,
    role: &'static str,
    active: bool,
    created_at: String,
    updated_at: String,
}

impl<'a> From<&'a User> for UserView<'a> {
    fn from(user: &'a User) -> Self {
        // No `..`: whoever adds a field to a user decides here whether clients see it.
        let User { id, email, name, role, active, version: _, created_at, updated_at } = user;
        Self {
            id: id.to_string(),
            email: email.as_str(),
            name: name.as_str(),
            role: role.as_str(),
            active: *active,
            created_at: created_at.to_rfc3339(),
            updated_at: updated_at.to_rfc3339(),
        }
    }
}
