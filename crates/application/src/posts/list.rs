use basalt_domain::Post;
use basalt_domain::{
    Actor, PageRequest, PostFilter, PostListKey, PostPage, PostSortField, PostVisibility,
    SearchTerm, ServedPage, Slice, Sort, UserId, WalkRequest,
};

use super::Posts;
use crate::{Error, error::Doing};

/// Which posts somebody asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostQuery {
    /// Published ones or drafts; published ones when nothing is said.
    pub published: Option<bool>,
    /// Looked for in title and content.
    pub search: Option<SearchTerm>,
    /// This author's only.
    pub author: Option<UserId>,
}

/// How old an answer may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// As it is now: the reader compares it with what they know.
    Present,
    /// Some moments old, for a reader who can't tell.
    MayLag,
}

impl PostQuery {
    /// What `viewer` gets to see of it; `None` when that is nothing. Published posts are the same
    /// for everyone, whoever asks, so that one cached page serves all.
    fn filter_for(self, viewer: Option<&Actor>) -> Option<PostFilter> {
        let visibility = match (self.published, viewer) {
            (None | Some(true), _) => PostVisibility::Published,
            (Some(false), None) => return None,
            (Some(false), Some(actor)) if actor.is_admin() => PostVisibility::Drafts,
            (Some(false), Some(actor)) => PostVisibility::DraftsOf(actor.id),
        };
        Some(PostFilter { visibility, search: self.search, author: self.author })
    }
}

impl Posts {
    /// One page of the posts that `viewer` may see. To those without a token an old one rather than
    /// none, while the store can't be asked.
    pub async fn page(
        &self,
        viewer: Option<&Actor>,
        query: PostQuery,
        sort: Sort<PostSortField>,
        page: PageRequest,
    ) -> Result<ServedPage, Error> {
        let Some(filter) = query.filter_for(viewer) else {
            return Ok(ServedPage::fresh(PostPage::empty()));
        };
        let key = PostListKey { filter, sort, page };
        let posts = &self.ports.posts;
        let page = match viewer {
            None => posts.page_or_stale(&key).await,
            // Whoever has a token gets what is so, or nothing.
            Some(_) => posts.page(&key).await.map(ServedPage::fresh),
        };
        page.doing("listing posts")
    }

    /// One step of a walk through the posts that `viewer` may see.
    pub async fn walk(
        &self,
        viewer: Option<&Actor>,
        query: PostQuery,
        sort: Sort<PostSortField>,
        walk: &WalkRequest,
        freshness: Freshness,
    ) -> Result<Slice<Post>, Error> {
        let Some(filter) = query.filter_for(viewer) else {
            return Ok(Slice { items: Vec::new(), next: None });
        };
        let slice = match (viewer, freshness, &self.ports.public_walks) {
            (None, Freshness::MayLag, Some(copy)) => copy.walk(&filter, sort, walk).await,
            // Whoever has a token may have written a moment ago.
            _ => self.ports.posts.walk(&filter, sort, walk).await,
        };
        slice.doing("walking through posts")
    }
}
