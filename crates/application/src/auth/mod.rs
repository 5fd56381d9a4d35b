mod authenticate;
mod change_password;
mod login;
mod logout;

use basalt_domain::{Claims, Timestamp, TokenGeneration, TokenId, User};

pub use authenticate::Authenticated;

use crate::{Error, Ports};

/// What can be done with passwords and tokens.
#[derive(Clone)]
pub struct Auth {
    ports: Ports,
}

/// A user who just proved who they are, with a fresh token.
#[derive(Clone, Debug)]
pub struct Session {
    /// To be sent with each request.
    pub token: String,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Whose it is.
    pub user: User,
}

impl Auth {
    /// The use cases on these adapters.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    fn open_session(&self, user: User, generation: TokenGeneration) -> Result<Session, Error> {
        // Tokens tell whole seconds.
        let issued_at = whole_seconds(self.ports.clock.now());
        let claims = Claims {
            user: user.id,
            token: TokenId::from_uuid(self.ports.ids.next()),
            generation,
            issued_at,
            expires_at: whole_seconds(issued_at.plus(self.ports.token_ttl)),
        };
        let token = self.ports.tokens.issue(&claims);
        let token = token.map_err(|source| Error::Internal { doing: "signing a token", source })?;
        Ok(Session { token, expires_at: claims.expires_at, user })
    }
}

fn whole_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_micros(time.as_seconds().saturating_mul(1_000_000)).unwrap_or(time)
}
