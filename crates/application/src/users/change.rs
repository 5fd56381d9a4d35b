use basalt_domain::{Actor, User, UserChanges, UserId, ports::Outcome};
use tracing::info;

use super::{Users, ensure_an_admin_stays};
use crate::{Error, IfMatch, error::Doing, once_more::once_more};

impl Users {
    /// Changes what an account shows. A change of role and a deactivation end its tokens.
    pub async fn change(
        &self,
        actor: &Actor,
        id: UserId,
        changes: UserChanges,
        if_match: &IfMatch,
    ) -> Result<User, Error> {
        // Only a write that slipped in between read and update makes another round.
        let unit = || self.try_change(actor, id, &changes, if_match);
        loop {
            if let Some(user) = once_more(unit).await? {
                return Ok(user);
            }
        }
    }

    async fn try_change(
        &self,
        actor: &Actor,
        id: UserId,
        changes: &UserChanges,
        if_match: &IfMatch,
    ) -> Result<Option<User>, Error> {
        let unit = self.ports.units.begin().await;
        let unit = unit.doing("beginning a change of a user")?;
        let found = unit.users().find(id).await.doing("reading a user")?;
        let user = found.ok_or(Error::not_found::<User>())?;
        if !if_match.accepts(user.version) {
            return Err(Error::VersionConflict(user.tag()));
        }
        let Some(next) = user.changed(changes.clone(), self.ports.clock.now()) else {
            return Ok(Some(user));
        };
        if user.is_active_admin() && !next.is_active_admin() {
            ensure_an_admin_stays(&*unit, id).await?;
        }
        let outcome = unit.users().update(&next, user.version).await;
        match outcome.doing("changing a user")? {
            Outcome::Done => {}
            Outcome::Stale => return Ok(None),
            Outcome::Missing => return Err(Error::not_found::<User>()),
        }
        if user.loses_tokens_as(&next) {
            let ended = unit.auth_states().end_all(id).await;
            ended.doing("ending a user's tokens")?;
        }
        unit.commit().await.doing("committing a change of a user")?;
        audit(actor, &user, &next);
        Ok(Some(next))
    }
}

fn audit(actor: &Actor, before: &User, after: &User) {
    if before.role != after.role {
        info!(target: "audit", action = "user.role", actor = %actor.id, target_id = %after.id,
            role = after.role.as_str(), "role changed");
    }
    if before.active != after.active {
        info!(target: "audit", action = "user.active", actor = %actor.id, target_id = %after.id,
            active = after.active, "state changed");
    }
}
