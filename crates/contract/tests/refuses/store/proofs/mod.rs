pub(crate) mod auth_states;
pub(crate) mod idempotency;
pub(crate) mod posts;
pub(crate) mod units;
pub(crate) mod users;
pub(crate) mod versions;
