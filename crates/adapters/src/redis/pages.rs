//! Pages as they stand in Redis.

use basalt_domain::{
    Author, Content, ListVersion, Page, PersonName, Post, PostId, PostPage, Timestamp, Title,
    Total, UserId, Version,
};
use serde::{Deserialize, Serialize};

/// Another form of what follows gets another letter, so that releases that share a Redis never read
/// each other's pages.
const FORM: char = 'b';
/// The form, and the hexadecimal digits of a version.
const HEAD: usize = 1 + 32;

/// A page, and the moment from which on it is none any more.
#[derive(Serialize, Deserialize)]
struct KeptPage {
    expires_at: i64,
    total: u64,
    total_is_exact: bool,
    posts: Vec<KeptPost>,
}

#[derive(Serialize, Deserialize)]
struct KeptPost {
    id: String,
    title: String,
    content: String,
    published: bool,
    author_id: String,
    author_name: String,
    author_version: i64,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

/// Begins with the form and the version, which a reader looks at first.
pub(super) fn write(page: &PostPage, expires_at: Timestamp) -> Option<String> {
    let PostPage { page: shown, version, .. } = page;
    let kept = KeptPage {
        expires_at: expires_at.as_micros(),
        total: shown.total.rows,
        total_is_exact: shown.total.is_exact,
        posts: shown.items.iter().map(KeptPost::of).collect(),
    };
    let json = serde_json::to_string(&kept).ok()?;
    Some(head(*version) + &json)
}

/// `None` for a page of another version or form, and for what is no page at all.
pub(super) fn read(version: ListVersion, raw: &str) -> Option<(Page<Post>, Timestamp)> {
    let (of, json) = raw.split_at_checked(HEAD)?;
    if of != head(version) {
        return None;
    }
    let kept: KeptPage = serde_json::from_str(json).ok()?;
    let items = kept.posts.into_iter().map(KeptPost::post);
    let page = Page {
        items: items.collect::<Option<_>>()?,
        total: Total { rows: kept.total, is_exact: kept.total_is_exact },
    };
    Some((page, Timestamp::from_micros(kept.expires_at)?))
}

fn head(ListVersion(version): ListVersion) -> String {
    format!("{FORM}{version:032x}")
}

impl KeptPost {
    fn of(post: &Post) -> Self {
        let Post {
            id,
            title,
            content,
            published,
            author: Author { id: author_id, name: author_name, version: author_version },
            version,
            created_at,
            updated_at,
        } = post;
        Self {
            id: id.to_string(),
            title: title.as_str().to_owned(),
            content: content.as_str().to_owned(),
            published: *published,
            author_id: author_id.to_string(),
            author_name: author_name.as_str().to_owned(),
            author_version: author_version.number(),
            version: version.number(),
            created_at: created_at.as_micros(),
            updated_at: updated_at.as_micros(),
        }
    }

    /// Through the domain's doors: what stands in Redis may be of another version of this program.
    fn post(self) -> Option<Post> {
        Some(Post {
            id: PostId::parse(&self.id)?,
            title: Title::parse(&self.title).ok()?,
            content: Content::parse(&self.content).ok()?,
            published: self.published,
            author: Author {
                id: UserId::parse(&self.author_id)?,
                name: PersonName::parse(&self.author_name).ok()?,
                version: Version::from_number(self.author_version),
            },
            version: Version::from_number(self.version),
            created_at: Timestamp::from_micros(self.created_at)?,
            updated_at: Timestamp::from_micros(self.updated_at)?,
        })
    }
}
