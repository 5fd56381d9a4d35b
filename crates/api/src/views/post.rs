use basalt_domain::{Author, Post};
use serde::Serialize;

/// A post as every client sees one.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PostView<'a> {
    id: String,
    title: &'a str,
    content: &'a str,
    published: bool,
    author: AuthorView<'a>,
    created_at: String,
    updated_at: String,
}

#[derive(Serialize)]
struct AuthorView<'a> {
    id: String,
    name: &'a str,
}

impl<'a> From<&'a Post> for PostView<'a> {
    fn from(post: &'a Post) -> Self {
        // No `..`: whoever adds a field to a post decides here whether clients see it.
        let Post { id, title, content, published, author, version: _, created_at, updated_at } =
            post;
        Self {
            id: id.to_string(),
            title: title.as_str(),
            content: content.as_str(),
            published: *published,
            author: author.into(),
            created_at: created_at.to_rfc3339(),
            updated_at: updated_at.to_rfc3339(),
        }
    }
}

impl<'a> From<&'a Author> for AuthorView<'a> {
    fn from(author: &'a Author) -> Self {
        let Author { id, name, version: _ } = author;
        Self { id: id.to_string(), name: name.as_str() }
    }
}
