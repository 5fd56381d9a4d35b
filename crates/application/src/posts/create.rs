use basalt_domain::{
    Actor, Author, Content, IdempotencyScope, Operation, Post, Title, User, Version,
};

use super::Posts;
use crate::{
    Attempt, Created, Error, TokenRefusal, error::Doing, idempotency::Begun, once_more::once_more,
};

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
        let scope = IdempotencyScope {
            caller: Some(actor.id),
            operation: Operation::CreatePost,
        };
        let _first = match self.idempotency.begin(scope, attempt.as_ref()).await? {
            Begun::Replayed(answer) => return Ok(Created::Replayed(answer)),
            Begun::First(guard) => guard,
        };
        once_more(|| self.try_create(actor, &new, scope, attempt.as_ref())).await
    }

    async fn try_create(
        &self,
        actor: &Actor,
        new: &NewPost,
        scope: IdempotencyScope,
        attempt: Option<&Attempt<Post>>,
    ) -> Result<Created<Post>, Error> {
        let unit = self.ports.units.begin().await;
        let unit = unit.doing("beginning a new post")?;
        let author = unit.users().find(actor.id).await;
        let author = author
            .doing("reading a post's author")?
            .ok_or(Error::Token(TokenRefusal::UserGone))?;
        let post = self.compose(new.clone(), author);
        let now = post.created_at;
        let claimed = self
            .idempotency
            .claim(&*unit, scope, attempt, &post, actor.id, now)
            .await?;
        if let Some(answer) = claimed {
            return Ok(Created::Replayed(answer));
        }
        unit.posts().insert(&post).await.doing("adding a post")?;
        unit.commit().await.doing("committing a new post")?;
        Ok(Created::New(post))
    }

    fn compose(&self, new: NewPost, author: User) -> Post {
        let now = self.ports.clock.now();
        Post {
            id: self.ports.ids.post(),
            title: new.title,
            content: new.content,
            published: new.published,
            author: Author {
                id: author.id,
                name: author.name,
                version: author.version,
            },
            version: Version::FIRST,
            created_at: now,
            updated_at: now,
        }
    }
}
