//! Adapters around other adapters: they answer from memory what was asked before.
//!
//! - [`CachedPosts`] keeps pages of published posts in a [`PostCache`](basalt_domain::ports::PostCache).
//! - [`CachedAuthStates`] keeps the states of users for less than a second.
//! - [`CachedUnits`] tells both what a unit of work has changed once it is committed.
//!
//! A process uses all three around one store, or none: a write that goes past [`CachedUnits`] is
//! not noticed.

mod aftermath;
mod auth_states;
mod epochs;
mod flights;
mod posts;
mod units;

pub(crate) use aftermath::chain;
pub use auth_states::CachedAuthStates;
pub(crate) use epochs::Epochs;
pub use posts::CachedPosts;
pub use units::CachedUnits;
