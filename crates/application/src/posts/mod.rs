mod change;
mod create;
mod delete;
mod list;
mod read;

use basalt_domain::{Actor, EditRight, Post, PostId, ports::UnitOfWork};

pub use create::NewPost;
pub use list::{Freshness, PostQuery};

use crate::{Error, IfMatch, Ports, error::Doing, idempotency::Idempotency};

/// What can be done with posts.
#[derive(Clone)]
pub struct Posts {
    ports: Ports,
    idempotency: Idempotency,
}

impl Posts {
    /// The use cases on these adapters.
    pub fn new(ports: Ports) -> Self {
        Self { idempotency: Idempotency::new(ports.clone()), ports }
    }
}

/// The post, if `actor` may edit it and it is in the state they expect.
async fn editable(
    unit: &dyn UnitOfWork,
    actor: &Actor,
    id: PostId,
    if_match: &IfMatch,
) -> Result<Post, Error> {
    let found = unit.posts().find(id).await.doing("reading a post")?;
    let post = found.ok_or(Error::not_found::<Post>())?;
    match post.edit_right(actor) {
        EditRight::Hidden => Err(Error::not_found::<Post>()),
        EditRight::Forbidden => Err(Error::Forbidden),
        EditRight::Granted if if_match.accepts(post.version) => Ok(post),
        EditRight::Granted => Err(Error::VersionConflict(post.tag())),
    }
}
