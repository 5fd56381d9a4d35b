use basalt_domain::{
    Actor, User, UserId,
    ports::{Outcome, UnitOfWork},
};
use tracing::info;

use super::{Users, ensure_an_admin_stays};
use crate::{Error, IfMatch, error::Doing, once_more::once_more};

impl Users {
    /// Closes an account. The user's posts go first, see [`delete_with_posts`]; their tokens end.
    pub async fn delete(&self, actor: &Actor, id: UserId, if_match: &IfMatch) -> Result<(), Error> {
        while !once_more(|| self.try_delete(id, if_match)).await? {}
        info!(target: "audit", action = "user.delete", actor = %actor.id, target_id = %id, "user deleted");
        Ok(())
    }

    async fn try_delete(&self, id: UserId, if_match: &IfMatch) -> Result<bool, Error> {
        let unit = self.ports.units.begin().await;
        let unit = unit.doing("beginning a deletion of a user")?;
        let found = unit.users().find(id).await.doing("reading a user")?;
        let user = found.ok_or(Error::not_found::<User>())?;
        if !if_match.accepts(user.version) {
            return Err(Error::VersionConflict(user.tag()));
        }
        if user.is_active_admin() {
            ensure_an_admin_stays(&*unit, id).await?;
        }
        match delete_with_posts(unit, &user).await? {
            Outcome::Done => Ok(true),
            Outcome::Stale => Ok(false),
            Outcome::Missing => Err(Error::not_found::<User>()),
        }
    }
}

/// The most posts that go in one unit of work. No write of others has to wait for more.
const BATCH: u32 = 1_000;

/// Commits the deletion of a batch of `user`'s posts or, of those who have no more than that, of the
/// account. [`Outcome::Stale`] asks for another unit of work, which looks at everything anew: whoever
/// is stopped in between leaves an account with fewer posts, and the next try goes on.
pub(crate) async fn delete_with_posts(
    unit: Box<dyn UnitOfWork>,
    user: &User,
) -> Result<Outcome, Error> {
    let gone = unit.posts().delete_some_of(user.id, BATCH).await;
    let gone = gone.doing("deleting a user's posts")?;
    let mut outcome = Outcome::Stale;
    if gone < u64::from(BATCH) {
        let deleted = unit.users().delete(user.id, user.version).await;
        outcome = deleted.doing("deleting a user")?;
        if outcome != Outcome::Done {
            return Ok(outcome);
        }
    }
    let committed = unit.commit().await;
    committed.doing("committing a deletion of a user")?;
    Ok(outcome)
}
