//! Posts, written carelessly.

use basalt_domain::{
    Post, PostFilter, PostId, PostVisibility, Sort, UnsavedPost, UserId, Version, WalkRequest,
    ports::{InsertPostError, Outcome, StoreError},
};

use super::{Fault, Faulty, Repositories, locked};
use crate::dawdle;

impl<R: Repositories> Faulty<R> {
    async fn overwrite_post(&self, post: &Post) -> Result<Outcome, StoreError> {
        let posts = self.inner.posts().await?;
        loop {
            let Some(present) = posts.find(post.id).await? else {
                return Ok(Outcome::Missing);
            };
            match posts.update(post, present.version).await? {
                Outcome::Stale => {}
                outcome => return Ok(outcome),
            }
        }
    }

    pub(super) async fn insert_post(&self, post: &UnsavedPost) -> Result<Post, InsertPostError> {
        let posts = self.inner.posts().await?;
        match self.fault {
            Fault::NamelessConstraint => match posts.insert(post).await {
                Err(InsertPostError::AuthorMissing) => {
                    Err(StoreError::failed("FOREIGN KEY constraint failed").into())
                }
                inserted => inserted,
            },
            Fault::InsertForgetsAuthor => {
                let mut added = posts.insert(post).await?;
                added.author.version = Version::FIRST;
                Ok(added)
            }
            Fault::OldAuthor => {
                let added = posts.insert(post).await?;
                locked(&self.aside.orphans).push(added.clone());
                Ok(added)
            }
            _ => posts.insert(post).await,
        }
    }

    pub(super) async fn update_post(
        &self,
        post: &Post,
        expected: Version,
    ) -> Result<Outcome, StoreError> {
        let posts = self.inner.posts().await?;
        match self.fault {
            Fault::VersionCheckedBefore => {
                let Some(present) = posts.find(post.id).await? else {
                    return Ok(Outcome::Missing);
                };
                if present.version != expected {
                    return Ok(Outcome::Stale);
                }
                dawdle().await;
                self.overwrite_post(post).await
            }
            Fault::IgnoresVersion => self.overwrite_post(post).await,
            Fault::UpdateKeepsTime => {
                let updated_at = posts.find(post.id).await?.map(|before| before.updated_at);
                let updated_at = updated_at.unwrap_or(post.updated_at);
                posts.update(&Post { updated_at, ..post.clone() }, expected).await
            }
            Fault::MissingIsStale => match posts.update(post, expected).await? {
                Outcome::Missing => Ok(Outcome::Stale),
                outcome => Ok(outcome),
            },
            _ => posts.update(post, expected).await,
        }
    }

    pub(super) async fn delete_post(
        &self,
        id: PostId,
        expected: Version,
    ) -> Result<Outcome, StoreError> {
        let posts = self.inner.posts().await?;
        match self.fault {
            Fault::DeletionCheckedBefore | Fault::IgnoresVersion => {
                let Some(present) = posts.find(id).await? else {
                    return Ok(Outcome::Missing);
                };
                if self.has(Fault::IgnoresVersion) {
                    return posts.delete(id, present.version).await;
                }
                if present.version != expected {
                    return Ok(Outcome::Stale);
                }
                dawdle().await;
                posts.delete(id, expected).await?;
                Ok(Outcome::Done)
            }
            Fault::MissingIsStale => match posts.delete(id, expected).await? {
                Outcome::Missing => Ok(Outcome::Stale),
                outcome => Ok(outcome),
            },
            _ => posts.delete(id, expected).await,
        }
    }

    pub(super) async fn delete_batch(&self, author: UserId, limit: u32) -> Result<u64, StoreError> {
        let posts = self.inner.posts().await?;
        match self.fault {
            Fault::BatchWithoutLimit => posts.delete_some_of(author, u32::MAX).await,
            Fault::BatchOfAnybody => {
                let all = [PostVisibility::Published, PostVisibility::Drafts];
                self.delete_of(None, &all, limit).await
            }
            Fault::BatchWithoutDrafts => {
                let published = [PostVisibility::Published];
                self.delete_of(Some(author), &published, limit).await
            }
            Fault::BatchSaysLimit => {
                posts.delete_some_of(author, limit).await?;
                Ok(u64::from(limit))
            }
            Fault::BatchBesideUnit => {
                let pool: &dyn basalt_domain::ports::PostRepository = &self.pool;
                pool.delete_some_of(author, limit).await
            }
            _ => posts.delete_some_of(author, limit).await,
        }
    }

    async fn delete_of(
        &self,
        author: Option<UserId>,
        visibilities: &[PostVisibility],
        limit: u32,
    ) -> Result<u64, StoreError> {
        let posts = self.inner.posts().await?;
        let mut deleted = 0;
        for visibility in visibilities {
            let filter = PostFilter { visibility: *visibility, author, search: None };
            let step = WalkRequest::new(None, 100);
            let found = posts.walk(&filter, Sort::default(), &step).await?;
            for post in found.items {
                if deleted < u64::from(limit) {
                    posts.delete(post.id, post.version).await?;
                    deleted += 1;
                }
            }
        }
        Ok(deleted)
    }
}
