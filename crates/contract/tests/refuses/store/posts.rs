use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use basalt_domain::{
    Post, PostFilter, PostId, PostListKey, PostPage, PostSortField, PostVisibility, ServedPage,
    Slice, Sort, Stamp, Total, UnsavedPost, UserId, Version, WalkRequest,
    ports::{InsertPostError, Outcome, PostRepository, StoreError},
};

use super::{Fault, Faulty, Repositories, locked, users::cut, versions::Write};
use crate::dawdle;

impl<R: Repositories> Faulty<R> {
    /// The published posts of an author.
    pub(super) async fn posts_of(&self, author: UserId) -> Result<Vec<Post>, StoreError> {
        let theirs = PostFilter { author: Some(author), ..PostFilter::default() };
        self.posts_that_pass(&theirs).await
    }

    /// The filter as the fault reads it.
    fn read_post_filter(&self, filter: &PostFilter) -> PostFilter {
        if !self.has(Fault::LooseFilters) {
            return filter.clone();
        }
        let visibility = match filter.visibility {
            PostVisibility::DraftsOf(_) => PostVisibility::Drafts,
            visibility => visibility,
        };
        PostFilter { visibility, author: None, ..filter.clone() }
    }

    async fn posts_that_pass(&self, filter: &PostFilter) -> Result<Vec<Post>, StoreError> {
        let all = PostFilter { search: None, ..filter.clone() };
        let step = WalkRequest::new(None, 100);
        let posts = self.inner.posts().await?;
        let mut rows = posts.walk(&all, Sort::default(), &step).await?.items;
        rows.retain(|post| self.fault.finds(post, filter.search.as_ref()));
        Ok(rows)
    }

    async fn page_kept_for_ever(&self, key: &PostListKey) -> Result<Arc<PostPage>, StoreError> {
        let is_kept = |(kept, _): &&(PostListKey, _)| kept == key;
        let kept = locked(&self.aside.pages).iter().find(is_kept).cloned();
        if let Some((_, page)) = kept {
            return Ok(page);
        }
        let page = self.inner.posts().await?.page(key).await?;
        locked(&self.aside.pages).push((key.clone(), Arc::clone(&page)));
        Ok(page)
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
        self.or_error(match self.fault {
            Fault::OldAuthor => found.map(|post| self.with_old_author(post)),
            Fault::CoarseTimes => found.map(|post| Post {
                created_at: cut(post.created_at),
                updated_at: cut(post.updated_at),
                ..post
            }),
            Fault::NoCascade | Fault::FindsDeleted => found.or_else(|| {
                let orphans = locked(&self.aside.orphans);
                orphans.iter().find(|orphan| orphan.id == id).cloned()
            }),
            _ => found,
        })
    }

    async fn page(&self, key: &PostListKey) -> Result<Arc<PostPage>, StoreError> {
        let key = &PostListKey { filter: self.read_post_filter(&key.filter), ..key.clone() };
        if self.fault.is_of_lists() {
            let rows = self.posts_that_pass(&key.filter).await?;
            let page = self.fault.page(rows, key.sort, key.page);
            return Ok(PostPage::fresh(page, self.true_version().await));
        }
        self.refuse_long(key.filter.search.as_ref())?;
        if self.has(Fault::PagesForEver) {
            return self.page_kept_for_ever(key).await;
        }
        let posts = self.inner.posts().await?;
        let before = self.true_version().await;
        if self.has(Fault::PageVersionBefore) {
            dawdle().await;
        }
        let read = posts.page(key).await?;
        let mut page = read.page.clone();
        let version = match self.fault {
            Fault::PageVersionBefore => before,
            Fault::PageVersionAfter => {
                dawdle().await;
                self.true_version().await
            }
            _ => self.shown_version(read.version).await,
        };
        page.total = self.posts_total(&key.filter, page.total);
        match self.fault {
            Fault::OneStamp => {
                let mut pages = locked(&self.aside.pages);
                let stamp = pages.first().map_or_else(Stamp::unique, |(_, first)| first.stamp);
                let stamped = Arc::new(PostPage { page, version, stamp });
                pages.push((key.clone(), Arc::clone(&stamped)));
                return Ok(stamped);
            }
            Fault::TornPage => {
                dawdle().await;
                page.total = posts.page(key).await?.page.total;
            }
            Fault::TotalOfAll => {
                let everything = PostListKey { filter: PostFilter::default(), ..key.clone() };
                page.total = posts.page(&everything).await?.page.total;
            }
            Fault::NoCascade if key.filter == PostFilter::default() => {
                page.items.extend(locked(&self.aside.orphans).iter().cloned());
            }
            Fault::TotalWithRows if page.items.is_empty() => page.total = Total::exact(0),
            Fault::OldAuthor => {
                let items = page.items.into_iter();
                page.items = items.map(|post| self.with_old_author(post)).collect();
            }
            _ => {}
        }
        Ok(PostPage::fresh(page, version))
    }

    async fn page_or_stale(&self, key: &PostListKey) -> Result<ServedPage, StoreError> {
        let page = match self.fault {
            Fault::StaleForEver => self.page_kept_for_ever(key).await?,
            _ => self.page(key).await?,
        };
        let mut served = ServedPage::fresh(page);
        if self.has(Fault::AlwaysOld) {
            served.age = Duration::from_millis(1);
        }
        Ok(served)
    }

    async fn walk(
        &self,
        filter: &PostFilter,
        sort: Sort<PostSortField>,
        walk: &WalkRequest,
    ) -> Result<Slice<Post>, StoreError> {
        let filter = &self.read_post_filter(filter);
        if self.fault.is_of_lists() {
            let rows = self.posts_that_pass(filter).await?;
            return Ok(self.fault.walk(rows, sort, walk));
        }
        let posts = self.inner.posts().await?;
        if let (true, Some(term)) = (self.fault.has_short_steps(), &filter.search) {
            let all = PostFilter { search: None, ..filter.clone() };
            let step = posts.walk(&all, sort, walk).await?;
            return Ok(self.fault.searched(step, term));
        }
        let step = posts.walk(filter, sort, walk).await?;
        Ok(self.fault.ended(step, sort, walk))
    }

    async fn insert(&self, post: &UnsavedPost) -> Result<Post, InsertPostError> {
        self.aside.published.insert(self.fault).await;
        let insert = self.insert_post(post);
        self.noting(Write::insertion(post), insert).await
    }

    async fn update(&self, post: &Post, expected: Version) -> Result<Outcome, StoreError> {
        let before = self.inner.posts().await?.find(post.id).await?;
        let write = Write::update(before.as_ref(), post);
        let outcome = self.noting(write, self.update_post(post, expected)).await?;
        let is_moved = outcome == Outcome::Done && write == Write::Move;
        if is_moved && self.has(Fault::CountsNoMoves) {
            let error = if post.published { -1 } else { 1 };
            self.aside.published.add_error(error);
        }
        Ok(outcome)
    }

    async fn delete(&self, id: PostId, expected: Version) -> Result<Outcome, StoreError> {
        let before = self.inner.posts().await?.find(id).await?;
        let write = Write::deletion(before.as_ref());
        let outcome = self.noting(write, self.delete_post(id, expected)).await?;
        if outcome == Outcome::Done && self.has(Fault::FindsDeleted) {
            locked(&self.aside.orphans).extend(before);
        }
        Ok(outcome)
    }

    async fn delete_some_of(&self, author: UserId, limit: u32) -> Result<u64, StoreError> {
        self.noting(Write::Batch, self.delete_batch(author, limit)).await
    }
}
