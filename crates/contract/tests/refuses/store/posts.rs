use std::sync::Arc;

use async_trait::async_trait;
use basalt_domain::{
    Post, PostFilter, PostId, PostListKey, PostPage, PostSortField, Slice, Sort, Stamp, Version,
    WalkRequest,
    ports::{InsertPostError, Outcome, PostRepository, StoreError},
};

use super::{Fault, Faulty, Repositories, dawdle, locked};

impl<R: Repositories> Faulty<R> {
    async fn posts_that_pass(&self, filter: &PostFilter) -> Result<Vec<Post>, StoreError> {
        let all = PostFilter {
            search: None,
            ..filter.clone()
        };
        let step = WalkRequest::new(None, 100);
        let posts = self.inner.posts().await?;
        let mut rows = posts.walk(&all, Sort::default(), &step).await?.items;
        rows.retain(|post| self.fault.finds(post, filter.search.as_ref()));
        Ok(rows)
    }

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

    /// The post with its author as they were when the post was inserted.
    fn with_old_author(&self, mut post: Post) -> Post {
        let inserted = locked(&self.aside.orphans);
        if let Some(old) = inserted.iter().find(|old| old.id == post.id) {
            post.author = old.author.clone();
        }
        post
    }
}

#[async_trait]
impl<R: Repositories> PostRepository for Faulty<R> {
    async fn find(&self, id: PostId) -> Result<Option<Post>, StoreError> {
        let found = self.inner.posts().await?.find(id).await?;
        Ok(match self.fault {
            Fault::OldAuthor => found.map(|post| self.with_old_author(post)),
            Fault::NoCascade => found.or_else(|| {
                let orphans = locked(&self.aside.orphans);
                orphans.iter().find(|orphan| orphan.id == id).cloned()
            }),
            _ => found,
        })
    }

    async fn page(&self, key: &PostListKey) -> Result<Arc<PostPage>, StoreError> {
        if self.fault.is_of_lists() {
            let rows = self.posts_that_pass(&key.filter).await?;
            return Ok(PostPage::fresh(self.fault.page(rows, key.sort, key.page)));
        }
        self.refuse_long(key.filter.search.as_ref())?;
        let posts = self.inner.posts().await?;
        if self.has(Fault::PagesForEver) {
            let is_kept = |(kept, _): &&(PostListKey, _)| kept == key;
            let kept = locked(&self.aside.pages).iter().find(is_kept).cloned();
            if let Some((_, page)) = kept {
                return Ok(page);
            }
        }
        let read = posts.page(key).await?;
        let mut page = read.page.clone();
        match self.fault {
            Fault::PagesForEver => {
                locked(&self.aside.pages).push((key.clone(), Arc::clone(&read)));
                return Ok(read);
            }
            Fault::OneStamp => {
                let mut pages = locked(&self.aside.pages);
                let stamp = pages
                    .first()
                    .map_or_else(Stamp::unique, |(_, first)| first.stamp);
                let stamped = Arc::new(PostPage { page, stamp });
                pages.push((key.clone(), Arc::clone(&stamped)));
                return Ok(stamped);
            }
            Fault::TornPage => {
                dawdle().await;
                page.total = posts.page(key).await?.page.total;
            }
            Fault::TotalOfAll => {
                let everything = PostListKey {
                    filter: PostFilter::default(),
                    ..key.clone()
                };
                page.total = posts.page(&everything).await?.page.total;
            }
            Fault::TotalWithRows if page.items.is_empty() => page.total = 0,
            Fault::OldAuthor => {
                let items = page.items.into_iter();
                page.items = items.map(|post| self.with_old_author(post)).collect();
            }
            _ => return Ok(read),
        }
        Ok(PostPage::fresh(page))
    }

    async fn walk(
        &self,
        filter: &PostFilter,
        sort: Sort<PostSortField>,
        walk: &WalkRequest,
    ) -> Result<Slice<Post>, StoreError> {
        if self.fault.is_of_lists() {
            let rows = self.posts_that_pass(filter).await?;
            return Ok(self.fault.walk(rows, sort, walk));
        }
        self.inner.posts().await?.walk(filter, sort, walk).await
    }

    async fn insert(&self, post: &Post) -> Result<(), InsertPostError> {
        let posts = self.inner.posts().await?;
        match self.fault {
            Fault::NamelessConstraint => match posts.insert(post).await {
                Err(InsertPostError::AuthorMissing) => {
                    Err(StoreError::failed("FOREIGN KEY constraint failed").into())
                }
                inserted => inserted,
            },
            Fault::OldAuthor => {
                posts.insert(post).await?;
                locked(&self.aside.orphans).push(post.clone());
                Ok(())
            }
            _ => posts.insert(post).await,
        }
    }

    async fn update(&self, post: &Post, expected: Version) -> Result<Outcome, StoreError> {
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
            Fault::MissingIsStale => match posts.update(post, expected).await? {
                Outcome::Missing => Ok(Outcome::Stale),
                outcome => Ok(outcome),
            },
            _ => posts.update(post, expected).await,
        }
    }

    async fn delete(&self, id: PostId, expected: Version) -> Result<Outcome, StoreError> {
        let posts = self.inner.posts().await?;
        if self.has(Fault::DeletionCheckedBefore) {
            let present = posts.find(id).await?;
            if present.is_none_or(|present| present.version != expected) {
                return posts.delete(id, expected).await;
            }
            dawdle().await;
            posts.delete(id, expected).await?;
            return Ok(Outcome::Done);
        }
        posts.delete(id, expected).await
    }
}
