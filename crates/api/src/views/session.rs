use basalt_application::Session;
use serde::Serialize;

use super::UserView;

/// What a login answers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionView<'a> {
    token: &'a str,
    token_type: &'static str,
    expires_at: String,
    user: UserView<'a>,
}

impl<'a> From<&'a Session> for SessionView<'a> {
    fn from(session: &'a Session) -> Self {
        let Session { token, expires_at, user } = session;
        Self { token, token_type: "Bearer", expires_at: expires_at.to_rfc3339(), user: user.into() }
    }
}
