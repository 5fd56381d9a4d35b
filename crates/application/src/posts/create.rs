use basalt_domain::{
    Actor, Content, IdempotencyScope, Operation, Post, PostId, Title, UnsavedPost, Version,
};

use super::Posts;
use crate::{Attempt, Created, Error, error::Doing, idempotency::Begun, once_more::once_more};

/// A post to be.
#[derive(Clone, Debug)]
pub struct NewPost {
    /// Its title.
    pub title: Title,
    /// Its text.
    pub content: Content,
    /// Whether everyone may read it at once.
    pub published: bool,
}

impl Posts {
    /// Adds a post by `actor`.
    pub async fn create(
        &self,
        actor: &Actor,
        new: NewPost,
        attempt: Option<Attempt<Post>>,
    ) -> Result<Created<Post>, Error> {
        let scope = IdempotencyScope { caller: Some(actor.id), operation: Operation::CreatePost };
        let _first = match self.idempotency.begin(scope, attempt.as_ref()).await? {
            Begun::Replayed(answer) => return Ok(Created::Replayed(answer)),
            Begun::First(guard) => guard,
        };
        let post = self.compose(actor, new);
        match &attempt {
            None => once_more(|| self.add(&post)).await,
            Some(attempt) => once_more(|| self.add_once(&post, scope, attempt)).await,
        }
    }

    /// One statement, which is a transaction by itself.
    async fn add(&self, post: &UnsavedPost) -> Result<Created<Post>, Error> {
        let added = self.ports.posts.insert(post).await;
        Ok(Created::New(added.doing("adding a post")?))
    }

    /// Together with the key of the attempt.
    async fn add_once(
        &self,
        post: &UnsavedPost,
        scope: IdempotencyScope,
        attempt: &Attempt<Post>,
    ) -> Result<Created<Post>, Error> {
        let unit = self.ports.units.begin().await;
        let unit = unit.doing("beginning a new post")?;
        let added = unit.posts().insert(post).await;
        let added = added.doing("adding a post")?;
        let (author, now) = (post.author, post.created_at);
        let claimed =
            self.idempotency.claim(&*unit, scope, Some(attempt), &added, author, now).await?;
        if let Some(answer) = claimed {
            return Ok(Created::Replayed(answer));
        }
        unit.commit().await.doing("committing a new post")?;
        Ok(Created::New(added))
    }

    fn compose(&self, author: &Actor, new: NewPost) -> UnsavedPost {
        let NewPost { title, content, published } = new;
        let now = self.ports.clock.now();
        UnsavedPost {
            id: PostId::from_uuid(self.ports.ids.next()),
            title,
            content,
            published,
            author: author.id,
            version: Version::FIRST,
            created_at: now,
            updated_at: now,
        }
    }
}
