use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use crate::{
    Page, PageRequest, Post, SearchTerm, Sort, SortKey, UserId,
    listing::{Position, SortField},
};

/// Which posts of all that exist a list may hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PostVisibility {
    /// Published posts: the same list for everyone.
    #[default]
    Published,
    /// The drafts of one author.
    DraftsOf(UserId),
    /// Everyone's drafts.
    Drafts,
}

/// Which posts a list holds; all conditions must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PostFilter {
    /// Published posts or drafts.
    pub visibility: PostVisibility,
    /// Looked for in title and content.
    pub search: Option<SearchTerm>,
    /// This author's only.
    pub author: Option<UserId>,
}

/// What posts can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PostSortField {
    /// The time of creation.
    CreatedAt,
    /// The time of the last change.
    UpdatedAt,
    /// The folded title.
    Title,
}

impl SortField for PostSortField {
    type Item = Post;
    const DEFAULT: Self = Self::CreatedAt;
    const ALL: &'static [Self] = &[Self::CreatedAt, Self::UpdatedAt, Self::Title];

    fn as_str(self) -> &'static str {
        match self {
            Self::CreatedAt => "createdAt",
            Self::UpdatedAt => "updatedAt",
            Self::Title => "title",
        }
    }

    fn position(self, post: &Post) -> Position {
        let key = match self {
            Self::CreatedAt => SortKey::Time(post.created_at),
            Self::UpdatedAt => SortKey::Time(post.updated_at),
            Self::Title => SortKey::Text(post.title.folded()),
        };
        Position { key, id: post.id.as_uuid() }
    }

    fn is_time(self) -> bool {
        matches!(self, Self::CreatedAt | Self::UpdatedAt)
    }
}

/// Names one page of posts among all that can be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PostListKey {
    /// Which posts.
    pub filter: PostFilter,
    /// In which order.
    pub sort: Sort<PostSortField>,
    /// Which page of them.
    pub page: PageRequest,
}

/// Names a state of all lists of published posts. Random, never a count: a count that was restored
/// from a backup would revive old pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ListVersion(pub u128);

/// A page of posts with the version of the lists it is of, and a stamp that differs whenever the
/// page may differ, so that what was made from the page (its rendered bytes) can be kept by the
/// stamp.
#[derive(Debug)]
pub struct PostPage {
    /// The posts.
    pub page: Page<Post>,
    /// The version of the lists in the snapshot that the page is of.
    pub version: ListVersion,
    /// Names this page, read at this moment.
    pub stamp: Stamp,
}

impl PostPage {
    /// A page that was read just now.
    pub fn fresh(page: Page<Post>, version: ListVersion) -> Arc<Self> {
        Arc::new(Self { page, version, stamp: Stamp::unique() })
    }

    /// A page of nothing, of no list.
    pub fn empty() -> Arc<Self> {
        Self::fresh(Page::EMPTY, ListVersion(0))
    }
}

/// A page as it is served.
#[derive(Clone, Debug)]
pub struct ServedPage {
    /// The page.
    pub page: Arc<PostPage>,
    /// How long ago it was known to be the present one. Zero unless the store can't be asked.
    pub age: Duration,
}

impl ServedPage {
    /// One that is the present one.
    pub fn fresh(page: Arc<PostPage>) -> Self {
        Self { page, age: Duration::ZERO }
    }
}

/// Unique within the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stamp(u64);

impl Stamp {
    /// A stamp that was never given out before.
    pub fn unique() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_stamps_are_equal() {
        assert_ne!(Stamp::unique(), Stamp::unique());
    }
}
