use basalt_domain::{Actor, Post, PostChanges, PostId, ports::Outcome};

use super::{Posts, editable};
use crate::{Error, IfMatch, error::Doing, once_more::once_more};

impl Posts {
    /// Changes a post that `actor` may edit.
    pub async fn change(
        &self,
        actor: &Actor,
        id: PostId,
        changes: PostChanges,
        if_match: &IfMatch,
    ) -> Result<Post, Error> {
        // Only a write that slipped in between read and update makes another round.
        let unit = || self.try_change(actor, id, &changes, if_match);
        loop {
            if let Some(post) = once_more(unit).await? {
                return Ok(post);
            }
        }
    }

    async fn try_change(
        &self,
        actor: &Actor,
        id: PostId,
        changes: &PostChanges,
        if_match: &IfMatch,
    ) -> Result<Option<Post>, Error> {
        let unit = self.ports.units.begin().await;
        let unit = unit.doing("beginning a change of a post")?;
        let post = editable(&*unit, actor, id, if_match).await?;
        let Some(next) = post.changed(changes.clone(), self.ports.clock.now()) else {
            return Ok(Some(post));
        };
        let outcome = unit.posts().update(&next, post.version).await;
        match outcome.doing("changing a post")? {
            Outcome::Done => {}
            Outcome::Stale => return Ok(None),
            Outcome::Missing => return Err(Error::not_found::<Post>()),
        }
        unit.commit().await.doing("committing a change of a post")?;
        Ok(Some(next))
    }
}
