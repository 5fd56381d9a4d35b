//! The contract of Basalt's ports, as tests that any adapter can run.
//!
//! **What is here.** One module for each port. At its head stands the list of its promises, each a
//! sentence; each sentence is the name of a check, which fails with the promise that is broken. The
//! promises are those of the `MUST` sentences in [`basalt_domain::ports`].
//!
//! **How to hold your own adapter to them.**
//!
//! 1. Add this crate to your `[dev-dependencies]`.
//! 2. Write an async function that gives a *fresh* subject: what the tests of the port take, with
//!    nothing in it that another test could see. Each test calls it once.
//! 3. Call the macro of the port in a module of its own. It makes one `#[test]` for each promise,
//!    on a multi-threaded `tokio` runtime of its own.
//! 4. Run `cargo test`. A failure names the promise; its message says what was seen instead.
//!
//! | Port | Macro | What the function gives |
//! |---|---|---|
//! | all six of a store | [`store_tests!`] | [`Store`] |
//! | `UserRepository` | [`user_repository_tests!`] | [`Store`] |
//! | `PostRepository` | [`post_repository_tests!`] | [`Store`] |
//! | `AuthStates` | [`auth_states_tests!`] | [`Store`] |
//! | `AuthStates` that keep what they read | [`kept_auth_states_tests!`] | [`KeptAuthStates`] |
//! | `IdempotencyRecords` | [`idempotency_records_tests!`] | [`Store`] |
//! | `UnitsOfWork` | [`units_of_work_tests!`] | [`Store`] |
//! | `ListVersions` | [`list_versions_tests!`] | [`Store`] |
//! | `RateLimiter` | [`rate_limiter_tests!`] | [`TimedLimiter`] |
//! | `PostCache` | [`post_cache_tests!`] | [`TimedCache`] |
//! | `Tokens` | [`tokens_tests!`] | [`SignedTokens`] |
//! | `Tokens` that are JWTs with HS256 | [`hs256_tokens_tests!`] | [`Hs256Tokens`] |
//! | `PasswordHasher` | [`password_hasher_tests!`] | [`BoundedHasher`] |
//! | `Clock` | [`clock_tests!`] | `Arc<dyn Clock>` |
//! | `Ids` | [`ids_tests!`] | `Arc<dyn Ids>` |
//!
//! ```
//! # mod my_crate {
//! #     use std::sync::Arc;
//! #     use basalt_domain::{Timestamp, ports::Clock};
//! #     pub struct MyClock;
//! #     impl Clock for MyClock {
//! #         fn now(&self) -> Timestamp {
//! #             basalt_contract::ManualClock::default().now()
//! #         }
//! #     }
//! # }
//! use std::sync::Arc;
//!
//! use basalt_domain::ports::Clock;
//! use my_crate::MyClock;
//!
//! mod clock {
//!     use super::*;
//!
//!     async fn fresh() -> Arc<dyn Clock> {
//!         Arc::new(MyClock)
//!     }
//!
//!     basalt_contract::clock_tests!(fresh);
//! }
//! # fn main() {}
//! ```
//!
//! A store whose one type implements all ports is `Store::of(&my_store)`; repositories of several
//! types come together in [`Store::new`], and what has to live as long as they do, such as a
//! temporary folder, in [`Store::keeping`]. The promises about what is seen after a write take all
//! writes to users through units of work, as the application does, so that caches around the
//! repositories can be part of the store under test. Be generous with timeouts of your own: twenty
//! rivals may wait for each other.
//!
//! Nothing here sleeps. Where time matters the function gives an [`Advance`] that moves it:
//! [`ManualClock`] for adapters that take a [`Clock`](basalt_domain::ports::Clock), or whatever
//! your technology has.
//!
//! **What it can't show.** That a commit survives the process being killed, that a walk costs the
//! same at any depth, what happens when the technology under an adapter is gone, and how long a
//! claim waits before it is `Busy`: those need the technology itself.
//!
//! **How to extend it.** Write the check as a function beside those it is like, and add its name
//! to the list at the head of its port. A check that no list names is dead code, which the compiler
//! reports; a check that is listed runs for every adapter. Then break an adapter in the way that
//! the check is there for, in `tests/refuses`, which fails on a promise that no fault breaks: a
//! check that has never refused anything proves nothing.

mod advance;
pub mod auth_states;
pub mod cache;
pub mod clock;
pub mod hasher;
pub mod idempotency;
pub mod ids;
pub mod limiter;
mod listing;
mod manual_clock;
pub mod posts;
mod race;
mod samples;
mod store;
pub mod suite;
pub mod tokens;
pub mod units;
pub mod users;
pub mod versions;

pub use advance::{Advance, advance_by};
pub use auth_states::{KeptAuthStates, elsewhere as kept_auth_states};
pub use cache::TimedCache;
pub use hasher::BoundedHasher;
pub use limiter::TimedLimiter;
pub use manual_clock::ManualClock;
pub use store::Store;
pub use tokens::{Hs256Tokens, SignedTokens, hs256 as hs256_tokens};
