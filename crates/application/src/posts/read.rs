use basalt_domain::{Actor, Post, PostId};

use super::Posts;
use crate::{Error, error::Doing};

impl Posts {
    /// One post, if `viewer` may know of it.
    pub async fn read(&self, viewer: Option<&Actor>, id: PostId) -> Result<Post, Error> {
        let found = self.ports.posts.find(id).await.doing("reading a post")?;
        found.filter(|post| post.is_visible_to(viewer)).ok_or(Error::not_found::<Post>())
    }
}
