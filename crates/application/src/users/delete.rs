use basalt_domain::{Actor, UserId, ports::Outcome};
use tracing::info;

use super::{Users, ensure_an_admin_stays};
use crate::{Current, Error, IfMatch, Kind, error::Doing, once_more::once_more};

impl Users {
    /// Closes an account. The user's posts go with it and their tokens end.
    pub async fn delete(&self, actor: &Actor, id: UserId, if_match: &IfMatch) -> Result<(), Error> {
        while !once_more(|| self.try_delete(id, if_match)).await? {}
        info!(target: "audit", action = "user.delete", actor = %actor.id, target_id = %id, "user deleted");
        Ok(())
    }

    async fn try_delete(&self, id: UserId, if_match: &IfMatch) -> Result<bool, Error> {
        let unit = self.ports.units.begin().await;
        let unit = unit.doing("beginning a deletion of a user")?;
        let found = unit.users().find(id).await.doing("reading a user")?;
        let user = found.ok_or(Error::NotFound(Kind::User))?;
        if !if_match.accepts(user.version) {
            return Err(Error::VersionConflict(Current::User(Box::new(user))));
        }
        if user.is_active_admin() {
            ensure_an_admin_stays(&*unit, id).await?;
        }
        let outcome = unit.users().delete(id, user.version).await;
        match outcome.doing("deleting a user")? {
            Outcome::Done => {}
            Outcome::Stale => return Ok(false),
            Outcome::Missing => return Err(Error::NotFound(Kind::User)),
        }
        unit.commit()
            .await
            .doing("committing a deletion of a user")?;
        Ok(true)
    }
}
