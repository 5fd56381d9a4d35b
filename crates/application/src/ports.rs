use std::{sync::Arc, time::Duration};

use basalt_domain::ports::{
    AuthStates, Clock, IdempotencyRecords, Ids, PasswordHasher, PostRepository, PostWalks, Tokens,
    UnitsOfWork, UserRepository,
};

/// The adapters that the use cases run on, chosen by the composition root. Named fields, since
/// nine positional arguments of a constructor could not be told apart.
#[derive(Clone)]
pub struct Ports {
    /// Users outside of a unit of work.
    pub users: Arc<dyn UserRepository>,
    /// Posts outside of a unit of work.
    pub posts: Arc<dyn PostRepository>,
    /// What walks of readers without a token go to, where there is a copy for them.
    pub public_walks: Option<Arc<dyn PostWalks>>,
    /// States of tokens outside of a unit of work.
    pub auth_states: Arc<dyn AuthStates>,
    /// Idempotency records outside of a unit of work.
    pub idempotency: Arc<dyn IdempotencyRecords>,
    /// Where writes begin.
    pub units: Arc<dyn UnitsOfWork>,
    /// Passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Signed tokens.
    pub tokens: Arc<dyn Tokens>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Ids.
    pub ids: Arc<dyn Ids>,
    /// How long a token lasts.
    pub token_ttl: Duration,
    /// How long a repeated request waits for the first to end.
    pub patience: Duration,
}
