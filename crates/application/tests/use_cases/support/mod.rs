//! The use cases on in-memory adapters, with a clock that stands still and ids that count.

pub(crate) mod logged;
mod system;
mod values;
mod world;

pub(crate) use system::{outdated_hash, present_hash};
pub(crate) use values::{
    actor, candidate, email, gone, made, new_account, new_post, new_user, password, person,
    unavailable_while,
};
pub(crate) use world::{PASSWORD, PATIENCE, TOKEN_TTL, World};
