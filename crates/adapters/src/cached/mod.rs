//! Adapters around other adapters: they answer from memory what was asked before.
//!
//! - [`CachedPosts`] keeps pages of published posts, each with the version of the lists that the
//!   store gave with it. [`LatestVersion`] knows which version is the present one, so nothing is
//!   ever taken out because of a write, and nobody has to be told of one.
//! - [`CachedAuthStates`] keeps the states of users for less than a second.
//! - [`CachedUnits`] notes in both what a unit of work of this process has written, and
//!   [`CachedRecords`] that an answer is repeated, which counts as a write too.
//!
//! A process uses all of them around one store, or none: a write that goes past [`CachedUnits`] is
//! seen when what is known is too old, and not at once.

mod auth_states;
mod epochs;
mod flights;
mod latest_version;
mod posts;
mod records;
mod units;

pub use auth_states::CachedAuthStates;
pub(crate) use latest_version::Begun;
pub use latest_version::LatestVersion;
pub use posts::CachedPosts;
pub use records::CachedRecords;
pub use units::CachedUnits;
