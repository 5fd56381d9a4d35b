use basalt_domain::{CandidatePassword, Credentials, Email, ports::chain};
use tracing::{info, warn};

use super::{Auth, Session};
use crate::{Error, error::Doing};

impl Auth {
    /// Opens a session. An unknown address, a wrong password and a deactivated account cost the
    /// same work and get the same answer.
    pub async fn login(
        &self,
        email: &Email,
        password: &CandidatePassword,
    ) -> Result<Session, Error> {
        if password.is_hopeless() {
            return Err(refused(None));
        }
        let found = self.ports.users.credentials(email).await;
        let found = found.doing("reading credentials")?;
        let usable = found.as_ref().filter(|found| found.user.active);
        let hash = usable.map(|usable| &usable.hash);
        let checked = self.ports.hasher.verify(password, hash).await;
        let checked = checked.doing("checking a password")?;
        match found {
            Some(found) if checked.matches && found.user.active => {
                if checked.outdated {
                    self.renew_hash(&found, password).await;
                }
                self.open_session(found.user, found.generation)
            }
            found => Err(refused(found.as_ref())),
        }
    }

    /// Writes the password's hash anew in the present form. The login is good without it, so a
    /// failure waits for the next one; a password that changed meanwhile stays.
    async fn renew_hash(&self, found: &Credentials, password: &CandidatePassword) {
        let id = found.user.id;
        let renewed = match self.ports.hasher.rehash(password).await {
            Ok(hash) => {
                let users = &self.ports.users;
                let replaced = users.replace_password(id, &found.hash, &hash).await;
                replaced.map(drop).doing("storing a renewed hash")
            }
            Err(error) => Err(error).doing("renewing a hash"),
        };
        if let Err(error) = renewed {
            warn!(user = %id, error = chain(&error),
                "an outdated password hash stays until the next login");
        }
    }
}

fn refused(found: Option<&Credentials>) -> Error {
    let target_id = found.map(|found| tracing::field::display(found.user.id));
    info!(target: "audit", action = "login.failed", target_id, "login refused");
    Error::InvalidCredentials
}
