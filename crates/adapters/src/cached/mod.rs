//! Adapters around other adapters: they answer from memory what was asked before.
//!
//! - [`CachedPosts`] keeps pages of published posts in a [`PostCache`](basalt_domain::ports::PostCache).
//! - [`CachedAuthStates`] keeps the states of users for less than a second.
//! - [`CachedUnits`] tells both what a unit of work has changed once it is committed.
//!
//! A cache that other processes share is told of a change before it is made, so that it shows
//! nothing old even if this process dies in between; of states that change, others are told by
//! [`Redis::share_changes`](crate::redis::Redis::share_changes).
//!
//! A process uses all three around one store, or none: a write that goes past [`CachedUnits`] is
//! not noticed.

mod aftermath;
mod auth_states;
mod epochs;
mod flights;
mod posts;
mod units;

pub use auth_states::CachedAuthStates;
pub(crate) use epochs::Epochs;
pub use posts::CachedPosts;
pub use units::CachedUnits;
