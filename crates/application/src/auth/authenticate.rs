use basalt_domain::{Actor, Claims, ports::TokenError};

use super::Auth;
use crate::{Error, TokenRefusal, error::Doing};

/// A bearer whose token was found good.
#[derive(Clone, Copy, Debug)]
pub struct Authenticated {
    /// Who they are now.
    pub actor: Actor,
    /// What the token says.
    pub claims: Claims,
}

impl Auth {
    /// Checks a token: signature and time without I/O, then the user's present state. Nothing in
    /// a token is believed but who it is for.
    pub async fn authenticate(&self, token: &str) -> Result<Authenticated, Error> {
        let claims = self.ports.tokens.verify(token, self.ports.clock.now());
        let claims = claims.map_err(|error| match error {
            TokenError::Invalid => Error::Token(TokenRefusal::Invalid),
            TokenError::Expired => Error::Token(TokenRefusal::Expired),
        })?;
        let state = self.ports.auth_states.find(claims.user, claims.token).await;
        let state = state
            .doing("reading the state of a token")?
            .ok_or(Error::Token(TokenRefusal::UserGone))?;
        if !state.accepts(claims.generation) {
            return Err(Error::Token(TokenRefusal::Revoked));
        }
        let actor = Actor { id: claims.user, role: state.role };
        Ok(Authenticated { actor, claims })
    }
}
