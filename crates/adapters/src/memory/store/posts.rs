use std::sync::Arc;

use async_trait::async_trait;
use basalt_domain::{
    Author, ListVersion, Post, PostFilter, PostId, PostListKey, PostPage, PostSortField,
    PostVisibility, Slice, Sort, UnsavedPost, UserId, Version, WalkRequest,
    ports::{InsertPostError, ListVersions, Outcome, PostRepository, StoreError},
};

use super::{Memory, MemoryStore, access::Access, rows, tables::Tables};

#[async_trait]
impl<A: Access> PostRepository for Memory<A> {
    async fn find(&self, id: PostId) -> Result<Option<Post>, StoreError> {
        let tables = self.0.read();
        Ok(tables.posts.get(&id).map(|post| tables.with_author(post)))
    }

    async fn page(&self, key: &PostListKey) -> Result<Arc<PostPage>, StoreError> {
        let tables = self.0.read();
        let page = rows::page(tables.posts_in(&key.filter), key.sort, key.page);
        Ok(PostPage::fresh(page, tables.version))
    }

    async fn walk(
        &self,
        filter: &PostFilter,
        sort: Sort<PostSortField>,
        walk: &WalkRequest,
    ) -> Result<Slice<Post>, StoreError> {
        Ok(rows::walk(self.0.read().posts_in(filter), sort, walk))
    }

    async fn insert(&self, post: &UnsavedPost) -> Result<Post, InsertPostError> {
        let post = post.clone();
        self.0.write(move |tables| tables.insert_post(post)).await?
    }

    async fn update(&self, post: &Post, expected: Version) -> Result<Outcome, StoreError> {
        let post = post.clone();
        self.0.write(move |tables| tables.update_post(post, expected)).await
    }

    async fn delete(&self, id: PostId, expected: Version) -> Result<Outcome, StoreError> {
        let delete = move |tables: &mut Tables| match tables.posts.get(&id) {
            None => Outcome::Missing,
            Some(post) if post.version != expected => Outcome::Stale,
            Some(_) => {
                tables.posts.remove(&id);
                Outcome::Done
            }
        };
        self.0.write(delete).await
    }

    async fn delete_some_of(&self, author: UserId, limit: u32) -> Result<u64, StoreError> {
        let delete = move |tables: &mut Tables| {
            let theirs = tables.posts.values().filter(|post| post.author.id == author);
            let ids: Vec<_> = theirs.map(|post| post.id).take(limit as usize).collect();
            for id in &ids {
                tables.posts.remove(id);
            }
            ids.len() as u64
        };
        self.0.write(delete).await
    }
}

#[async_trait]
impl ListVersions for MemoryStore {
    async fn current(&self) -> Result<ListVersion, StoreError> {
        Ok(self.0.read().version)
    }
}

impl Tables {
    fn posts_in(&self, filter: &PostFilter) -> Vec<Post> {
        let posts = self.posts.values();
        posts.filter(|post| passes(post, filter)).map(|post| self.with_author(post)).collect()
    }

    fn insert_post(&mut self, post: UnsavedPost) -> Result<Post, InsertPostError> {
        let Some(row) = self.users.get(&post.author) else {
            return Err(InsertPostError::AuthorMissing);
        };
        let author =
            Author { id: row.user.id, name: row.user.name.clone(), version: row.user.version };
        if self.posts.contains_key(&post.id) {
            return Err(StoreError::failed("a post with this id exists").into());
        }
        let post = post.by(author);
        self.posts.insert(post.id, post.clone());
        Ok(post)
    }

    fn update_post(&mut self, post: Post, expected: Version) -> Outcome {
        let Some(row) = self.posts.get_mut(&post.id) else {
            return Outcome::Missing;
        };
        if row.version != expected {
            return Outcome::Stale;
        }
        *row = Post { author: row.author.clone(), created_at: row.created_at, ..post };
        Outcome::Done
    }
}

fn passes(post: &Post, filter: &PostFilter) -> bool {
    let PostFilter { visibility, search, author } = filter;
    let is_listed = match visibility {
        PostVisibility::Published => post.published,
        PostVisibility::DraftsOf(user) => !post.published && post.author.id == *user,
        PostVisibility::Drafts => !post.published,
    };
    let is_found = search.as_ref().is_none_or(|term| {
        let term = term.as_folded();
        post.title.folded().contains(term) || post.content.folded().contains(term)
    });
    is_listed && is_found && author.is_none_or(|author| post.author.id == author)
}
