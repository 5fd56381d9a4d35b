//! What the application needs from outside, as traits. Each method states what an adapter `MUST`
//! do; the `basalt-contract` crate has a named test for each such sentence.

mod auth_states;
mod clock;
mod errors;
mod idempotency;
mod ids;
mod list_versions;
mod password_hasher;
mod post_cache;
mod posts;
mod rate_limiter;
mod store;
mod tokens;
mod unit_of_work;
mod users;

pub use auth_states::AuthStates;
pub use clock::Clock;
pub use errors::{Cause, StoreError, chain};
pub use idempotency::{Claim, IdempotencyRecords};
pub use ids::Ids;
pub use list_versions::ListVersions;
pub use password_hasher::{HashError, PasswordHasher, Verification};
pub use post_cache::PostCache;
pub use posts::{InsertPostError, PostRepository, PostWalks};
pub use rate_limiter::RateLimiter;
pub use store::{Access, Correction, PoolUsage, SchemaState, SchemaStatus, SchemaStep, Store};
pub use tokens::{TokenError, Tokens};
pub use unit_of_work::{UnitOfWork, UnitsOfWork};
pub use users::{Outcome, UserRepository, WriteUserError};

#[cfg(feature = "mock")]
pub use self::{
    auth_states::MockAuthStates,
    clock::MockClock,
    idempotency::MockIdempotencyRecords,
    ids::MockIds,
    list_versions::MockListVersions,
    password_hasher::MockPasswordHasher,
    post_cache::MockPostCache,
    posts::{MockPostRepository, MockPostWalks},
    rate_limiter::MockRateLimiter,
    tokens::MockTokens,
    unit_of_work::{MockUnitOfWork, MockUnitsOfWork},
    users::MockUserRepository,
};
