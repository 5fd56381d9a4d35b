use basalt_domain::{Actor, CandidatePassword, Password, PasswordHash};
use tracing::info;

use super::{Auth, Session};
use crate::{Error, TokenRefusal, error::Doing, once_more::once_more};

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
        // Only another hash that slipped in between check and write makes another round: of
        // another password, which then decides, or of the same one, renewed by a login.
        loop {
            if let Some(session) = self.try_change_password(actor, current, new).await? {
                return Ok(session);
            }
        }
    }

    async fn try_change_password(
        &self,
        actor: &Actor,
        current: &CandidatePassword,
        new: &Password,
    ) -> Result<Option<Session>, Error> {
        let found = self.ports.users.credentials_of(actor.id).await;
        let found =
            found.doing("reading credentials")?.ok_or(Error::Token(TokenRefusal::UserGone))?;
        let checked = self.ports.hasher.verify(current, Some(&found.hash)).await;
        if !checked.doing("checking a password")?.matches {
            info!(target: "audit", action = "password.refused", actor = %actor.id, target_id = %actor.id,
                "password change refused");
            return Err(Error::InvalidCredentials);
        }
        let hash = self.ports.hasher.hash(new).await;
        let hash = hash.doing("hashing a password")?;
        once_more(|| self.store_password(actor, &found.hash, &hash)).await
    }

    /// `None` when the password is another one than `from` by now.
    async fn store_password(
        &self,
        actor: &Actor,
        from: &PasswordHash,
        to: &PasswordHash,
    ) -> Result<Option<Session>, Error> {
        let user_gone = Error::Token(TokenRefusal::UserGone);
        let unit = self.ports.units.begin().await;
        let unit = unit.doing("beginning a change of a password")?;
        let replaced = unit.users().replace_password(actor.id, from, to).await;
        let replaced = replaced.doing("storing a password")?;
        // Hashing takes its time, and whoever is deactivated meanwhile must not get a token that
        // comes to life when they are activated again. Asked after the write, which holds the row:
        // nobody can deactivate them between the question and the commit.
        let user = unit.users().find(actor.id).await;
        let user = user.doing("reading a user")?.ok_or(user_gone.clone())?;
        if !user.active {
            return Err(Error::Token(TokenRefusal::Revoked));
        }
        if !replaced {
            return Ok(None);
        }
        let generation = unit.auth_states().end_all(actor.id).await;
        let generation = generation.doing("ending a user's tokens")?.ok_or(user_gone)?;
        let session = self.open_session(user, generation)?;
        unit.commit().await.doing("committing a change of a password")?;
        info!(target: "audit", action = "user.password", actor = %actor.id, target_id = %actor.id,
            "password changed");
        Ok(Some(session))
    }
}
