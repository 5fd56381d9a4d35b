use crate::{Id, PasswordHash, Role, Timestamp, User, UserId};

/// Names a token by what it says (the `jti` claim).
pub type TokenId = Id<Claims>;

/// Counts how often all of a user's tokens were ended. A token of another generation is dead,
/// whatever its times say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenGeneration(i64);

impl TokenGeneration {
    /// The generation of a new user.
    pub const FIRST: Self = Self(1);

    /// A generation as it is stored.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// The number that is stored.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The generation after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// What a token says: who it is for and which it is. No role, no e-mail: those are asked of the
/// store on each request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claims {
    /// `sub`.
    pub user: UserId,
    /// `jti`.
    pub token: TokenId,
    /// The user's generation when the token was issued.
    pub generation: TokenGeneration,
    /// `iat`, whole seconds. Decides nothing.
    pub issued_at: Timestamp,
    /// `exp`, whole seconds.
    pub expires_at: Timestamp,
}

/// What the store knows of a user at the moment a token is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthState {
    /// The user's present role.
    pub role: Role,
    /// False for a deactivated user.
    pub active: bool,
    /// The generation a token must have.
    pub generation: TokenGeneration,
    /// True when this one token was ended by a logout.
    pub revoked: bool,
}

impl AuthState {
    /// True when a token of `generation` is good.
    pub fn accepts(&self, generation: TokenGeneration) -> bool {
        self.active && !self.revoked && self.generation == generation
    }
}

/// What a login needs to know: read together, so that a token issued after a check of `hash`
/// carries the generation that was in force with that hash.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The account.
    pub user: User,
    /// The stored hash.
    pub hash: PasswordHash,
    /// The generation of the account's tokens.
    pub generation: TokenGeneration,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_only_for_an_active_user_in_its_own_generation_until_it_is_revoked() {
        let state = AuthState {
            role: Role::User,
            active: true,
            generation: TokenGeneration::FIRST.next(),
            revoked: false,
        };
        let generation = state.generation;
        assert!(state.accepts(generation));
        assert!(!state.accepts(TokenGeneration::FIRST));
        assert!(!state.accepts(generation.next()));
        assert!(!AuthState { active: false, ..state }.accepts(generation));
        assert!(!AuthState { revoked: true, ..state }.accepts(generation));
    }
}
