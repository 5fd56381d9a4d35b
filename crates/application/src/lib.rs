//! The use cases of Basalt: what the system does, in which order, in which transaction.
//!
//! **What is here.** One small struct per area ([`Users`], [`Posts`], [`Auth`], [`Operators`],
//! [`Housekeeping`]), one file per verb, and one [`Error`]. Rules that need a store live here:
//! the last administrator, what ends tokens, creation that happens once however often it is
//! asked for, the same work for known and unknown addresses.
//!
//! **What must never be here.** actix, SeaORM, Redis, status codes, JSON. The crate sees the
//! outside through the ports of `basalt-domain` alone.
//!
//! **How to extend it.** A new verb is a new file with an `impl` block on its area's struct. Every
//! write goes through one [`UnitOfWork`](basalt_domain::ports::UnitOfWork). Tests stand beside the
//! crate in `tests/`, with the in-memory adapter and a clock that stands still; mocks where a call
//! itself is the point.
//!
//! A caller that may go away (an HTTP request) runs a write in a task of its own, as the API does for
//! each method that is not safe: every `await` here may otherwise be its last.

mod auth;
mod error;
mod housekeeping;
mod idempotency;
mod once_more;
mod operators;
mod ports;
mod posts;
mod precondition;
mod users;

pub use auth::{Auth, Authenticated, Session};
pub use error::{Error, TokenRefusal};
pub use housekeeping::Housekeeping;
pub use idempotency::{Attempt, Created, IDEMPOTENCY_TTL};
pub use operators::{FirstAdmin, NewAccount, Operators};
pub use ports::Ports;
pub use posts::{Freshness, NewPost, PostQuery, Posts};
pub use precondition::IfMatch;
pub use users::{NewUser, Users};

/// The examples of the guide for adapters, which are to go on working.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/ADAPTERS.md")]
struct Guide;
