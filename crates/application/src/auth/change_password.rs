use basalt_domain::{Actor, CandidatePassword, Password};
use tracing::info;

use super::{Auth, Session};
use crate::{Error, TokenRefusal, error::Doing};

impl Auth {
    /// Replaces the password of somebody who knows the present one. Every earlier token ends; the
    /// session that comes back has a fresh one.
    pub async fn change_password(
        &self,
        actor: &Actor,
        current: &CandidatePassword,
        new: &Password,
    ) -> Result<Session, Error> {
        if current.is_hopeless() {
            return Err(Error::InvalidCredentials);
        }
        let found = self.ports.users.credentials_of(actor.id).await;
        let found = found
            .doing("reading credentials")?
            .ok_or(Error::Token(TokenRefusal::UserGone))?;
        let checked = self.ports.hasher.verify(current, Some(&found.hash)).await;
        if !checked.doing("checking a password")?.matches {
            info!(target: "audit", action = "password.refused", actor = %actor.id, target = %actor.id,
                "password change refused");
            return Err(Error::InvalidCredentials);
        }
        let hash = self.ports.hasher.hash(new).await;
        let hash = hash.doing("hashing a password")?;

        let unit = self.ports.units.begin().await;
        let unit = unit.doing("beginning a change of a password")?;
        let replaced = unit
            .users()
            .replace_password(actor.id, &found.hash, &hash)
            .await;
        if !replaced.doing("storing a password")? {
            // Another change came first: what was checked is no longer the password.
            return Err(Error::InvalidCredentials);
        }
        let generation = unit.auth_states().end_all(actor.id).await;
        let generation = generation
            .doing("ending a user's tokens")?
            .ok_or(Error::Token(TokenRefusal::UserGone))?;
        unit.commit()
            .await
            .doing("committing a change of a password")?;
        info!(target: "audit", action = "user.password", actor = %actor.id, target = %actor.id,
            "password changed");
        self.open_session(found.user, generation)
    }
}
