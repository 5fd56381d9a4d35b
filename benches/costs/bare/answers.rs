//! Rows as our clients see them.

use chrono::{DateTime, SecondsFormat};
use sea_orm::sqlx::types::Uuid;
use serde::{Serialize, Serializer};

#[derive(Serialize)]
pub(super) struct Answer<T> {
    pub(super) data: T,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Post {
    pub(super) id: Uuid,
    pub(super) title: String,
    pub(super) content: String,
    pub(super) published: bool,
    pub(super) author: Author,
    #[serde(serialize_with = "time")]
    pub(super) created_at: i64,
    #[serde(serialize_with = "time")]
    pub(super) updated_at: i64,
}

#[derive(Serialize)]
pub(super) struct Author {
    pub(super) id: Uuid,
    pub(super) name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct User {
    pub(super) id: Uuid,
    pub(super) email: String,
    pub(super) name: String,
    pub(super) role: String,
    pub(super) active: bool,
    #[serde(serialize_with = "time")]
    pub(super) created_at: i64,
    #[serde(serialize_with = "time")]
    pub(super) updated_at: i64,
}

/// Microseconds since 1970, as a date.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn time<S: Serializer>(micros: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    let time = DateTime::from_timestamp_micros(*micros).unwrap_or_default();
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Micros, true))
}
