use serde_json::{Value, json};

use super::{examples, schemas::reference};

/// What an envelope holds.
#[derive(Clone, Copy)]
pub(crate) enum Resource {
    User,
    Post,
    Session,
}

impl Resource {
    /// The media type object, with an example.
    pub(super) fn envelope(self, message: Option<&str>) -> Value {
        let (name, example) = match self {
            Self::User => ("UserEnvelope", examples::user(message)),
            Self::Post => ("PostEnvelope", examples::post(message)),
            Self::Session => ("SessionEnvelope", examples::session(message)),
        };
        json!({"schema": reference(name), "example": example})
    }
}

/// What a list holds.
#[derive(Clone, Copy)]
pub(crate) enum Rows {
    Users,
    Posts,
}

impl Rows {
    /// The media type object, with an example of each kind of page.
    pub(super) fn content(self) -> Value {
        let (name, examples) = match self {
            Self::Users => ("UserList", examples::users()),
            Self::Posts => ("PostList", examples::posts()),
        };
        json!({"schema": reference(name), "examples": examples})
    }
}
