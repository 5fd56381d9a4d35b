use basalt_domain::{Actor, Post, PostId, ports::Outcome};
use tracing::info;

use super::{Posts, editable};
use crate::{Error, IfMatch, error::Doing, once_more::once_more};

impl Posts {
    /// Removes a post that `actor` may edit.
    pub async fn delete(&self, actor: &Actor, id: PostId, if_match: &IfMatch) -> Result<(), Error> {
        while !once_more(|| self.try_delete(actor, id, if_match)).await? {}
        info!(target: "audit", action = "post.delete", actor = %actor.id, target_id = %id, "post deleted");
        Ok(())
    }

    async fn try_delete(
        &self,
        actor: &Actor,
        id: PostId,
        if_match: &IfMatch,
    ) -> Result<bool, Error> {
        let unit = self.ports.units.begin().await;
        let unit = unit.doing("beginning a deletion of a post")?;
        let post = editable(&*unit, actor, id, if_match).await?;
        let outcome = unit.posts().delete(id, post.version).await;
        match outcome.doing("deleting a post")? {
            Outcome::Done => {}
            Outcome::Stale => return Ok(false),
            Outcome::Missing => return Err(Error::not_found::<Post>()),
        }
        unit.commit().await.doing("committing a deletion of a post")?;
        Ok(true)
    }
}
