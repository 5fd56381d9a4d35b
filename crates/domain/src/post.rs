use crate::{
    Actor, Content, EditRight, EntityTag, Id, PersonName, Resource, Timestamp, Title, UserId,
    Version,
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
}
