use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use crate::{
    Actor, Content, EditRight, EntityTag, Id, Page, PageRequest, PersonName, Resource, SearchTerm,
    Sort, SortKey, Timestamp, Title, UserId, Version,
    listing::{Position, SortField},
};

/// Names a post.
pub type PostId = Id<Post>;

/// Who wrote a post, as the post shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The author's account.
    pub id: UserId,
    /// The author's present name.
    pub name: PersonName,
    /// The account's version: a post's entity tag covers the name it shows.
    pub version: Version,
}

/// A text by a user, a draft until it is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Names the post for good.
    pub id: PostId,
    /// Its title.
    pub title: Title,
    /// Its text.
    pub content: Content,
    /// Whether everyone may read it; a draft is for its author and administrators.
    pub published: bool,
    /// Who wrote it.
    pub author: Author,
    /// Raised by every change of the post itself, not of its author.
    pub version: Version,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A post that is to be added. What a post shows of its author is for the store to say, which knows
/// them as they are in that moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsavedPost {
    /// Names the post for good.
    pub id: PostId,
    /// Its title.
    pub title: Title,
    /// Its text.
    pub content: Content,
    /// Whether everyone may read it.
    pub published: bool,
    /// Who writes it.
    pub author: UserId,
    /// Its version: the first, unless it comes from another system.
    pub version: Version,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl UnsavedPost {
    /// The post, once it is added.
    pub fn by(self, author: Author) -> Post {
        let Self { id, title, content, published, author: _, version, created_at, updated_at } =
            self;
        Post { id, title, content, published, author, version, created_at, updated_at }
    }
}

impl From<&Post> for UnsavedPost {
    /// The same post before it was added.
    fn from(post: &Post) -> Self {
        Self {
            id: post.id,
            title: post.title.clone(),
            content: post.content.clone(),
            published: post.published,
            author: post.author.id,
            version: post.version,
            created_at: post.created_at,
            updated_at: post.updated_at,
        }
    }
}

/// What a PATCH asks for; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostChanges {
    /// A new title.
    pub title: Option<Title>,
    /// A new text.
    pub content: Option<Content>,
    /// Publish or take back.
    pub published: Option<bool>,
}

impl Resource for Post {
    const NAME: &'static str = "Post";
}

impl Post {
    /// Differs for any two states of the post, and of the author whose name it shows.
    pub const fn tag(&self) -> EntityTag {
        EntityTag { own: self.version, shown: Some(self.author.version) }
    }

    /// True when `viewer` may know that the post exists: everyone for a published one, its author
    /// and administrators for a draft.
    pub fn is_visible_to(&self, viewer: Option<&Actor>) -> bool {
        self.published || viewer.is_some_and(|actor| self.is_controlled_by(actor))
    }

    /// What `actor` may do to the post.
    pub fn edit_right(&self, actor: &Actor) -> EditRight {
        if self.is_controlled_by(actor) {
            EditRight::Granted
        } else if self.published {
            EditRight::Forbidden
        } else {
            EditRight::Hidden
        }
    }

    fn is_controlled_by(&self, actor: &Actor) -> bool {
        actor.is_admin() || actor.id == self.author.id
    }

    /// The post with `changes`, at the next version; `None` when nothing would differ.
    pub fn changed(&self, changes: PostChanges, now: Timestamp) -> Option<Self> {
        let PostChanges { title, content, published } = changes;
        let mut next = self.clone();
        next.title = title.unwrap_or(next.title);
        next.content = content.unwrap_or(next.content);
        next.published = published.unwrap_or(next.published);
        if next == *self {
            return None;
        }
        next.version = self.version.next();
        next.updated_at = now.after(self.updated_at);
        Some(next)
    }
}

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

impl ServedPage {
    /// One that is the present one.
    pub fn fresh(page: Arc<PostPage>) -> Self {
        Self { page, age: Duration::ZERO }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Role;

    fn actor(id: u128, role: Role) -> Actor {
        Actor { id: UserId::from_uuid(uuid::Uuid::from_u128(id)), role }
    }

    fn post(published: bool) -> Post {
        let now = Timestamp::from_micros(10).unwrap();
        Post {
            id: PostId::from_uuid(uuid::Uuid::from_u128(9)),
            title: Title::parse("Title").unwrap(),
            content: Content::parse("Text").unwrap(),
            published,
            author: Author {
                id: UserId::from_uuid(uuid::Uuid::from_u128(1)),
                name: PersonName::parse("Ann").unwrap(),
                version: Version::FIRST,
            },
            version: Version::FIRST,
            created_at: now,
            updated_at: now,
        }
    }

    #[test]
    fn a_draft_is_seen_by_its_author_and_administrators_only() {
        let draft = post(false);
        assert!(draft.is_visible_to(Some(&actor(1, Role::User))));
        assert!(draft.is_visible_to(Some(&actor(2, Role::Admin))));
        assert!(!draft.is_visible_to(Some(&actor(2, Role::User))));
        assert!(!draft.is_visible_to(None));
        assert!(post(true).is_visible_to(None));
    }

    #[test]
    fn a_strangers_draft_is_hidden_and_a_strangers_post_forbidden() {
        let stranger = actor(2, Role::User);
        assert_eq!(post(false).edit_right(&stranger), EditRight::Hidden);
        assert_eq!(post(true).edit_right(&stranger), EditRight::Forbidden);
        assert_eq!(post(true).edit_right(&actor(1, Role::User)), EditRight::Granted);
        assert_eq!(post(false).edit_right(&actor(3, Role::Admin)), EditRight::Granted);
    }

    #[test]
    fn an_empty_change_is_none_and_a_real_one_makes_the_next_version() {
        let now = Timestamp::from_micros(10).unwrap();
        let draft = post(false);
        assert_eq!(draft.changed(PostChanges::default(), now), None);
        let changes = PostChanges { published: Some(true), ..PostChanges::default() };
        let next = draft.changed(changes, now).unwrap();
        assert_eq!(next.version, Version::FIRST.next());
        assert!(next.updated_at > draft.updated_at);
    }

    #[test]
    fn no_two_stamps_are_equal() {
        assert_ne!(Stamp::unique(), Stamp::unique());
    }
}
