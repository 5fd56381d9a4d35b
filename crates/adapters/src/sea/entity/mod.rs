//! Tables and columns, as `basalt-migrations` makes them. Rows are written through the
//! `ActiveModel`s; what is read are row types that hold no more columns than a call needs.

pub(super) mod idempotency_record;
pub(super) mod post;
pub(super) mod revoked_token;
pub(super) mod user;
