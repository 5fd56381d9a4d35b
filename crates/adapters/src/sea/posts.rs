use std::sync::Arc;

use async_trait::async_trait;
use basalt_domain::{
    Author, Content, PersonName, Post, PostFilter, PostId, PostListKey, PostPage, PostSortField,
    PostVisibility, Slice, Sort, Title, UnsavedPost, UserId, Version, WalkRequest,
    ports::{InsertPostError, Outcome, PostRepository, StoreError},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryResult, QuerySelect, QueryTrait, prelude::Uuid,
};

use super::{
    Sea,
    entity::post::{ActiveModel, Column, Entity},
    failure::Failure,
    listing::{self, ListTable, Order, Rows},
    row::{self, Row, Source},
    sql::Sql,
};

#[async_trait]
impl<C: ConnectionTrait + Send + Sync> PostRepository for Sea<C> {
    async fn find(&self, id: PostId) -> Result<Option<Post>, StoreError> {
        row::find::<_, PostRow>(self, &TABLE, ("r.id", id.as_uuid().into())).await
    }

    async fn page(&self, key: &PostListKey) -> Result<Arc<PostPage>, StoreError> {
        let PostListKey { filter, sort, page } = key;
        let (rows, order) = (rows(filter), order(*sort));
        let (page, version) =
            listing::page::<_, PostRow>(self, &TABLE, &rows, order, *page).await?;
        Ok(PostPage::fresh(page, version))
    }

    async fn walk(
        &self,
        filter: &PostFilter,
        sort: Sort<PostSortField>,
        walk: &WalkRequest,
    ) -> Result<Slice<Post>, StoreError> {
        let (rows, order) = (rows(filter), order(sort));
        listing::walk::<_, PostRow, _>(self, &TABLE, &rows, (sort, order), walk).await
    }

    async fn insert(&self, post: &UnsavedPost) -> Result<Post, InsertPostError> {
        let inserted = match self.insert_once(post).await {
            // Nobody knows whether it was added, but whoever tries again will: the id is ours.
            Err(Failure::Lost(_)) => match self.insert_once(post).await {
                Err(Failure::Taken(_)) => {
                    let added = PostRepository::find(self, post.id).await?;
                    return added.ok_or(InsertPostError::AuthorMissing);
                }
                again => again,
            },
            once => once,
        };
        match inserted {
            Ok(author) => Ok(post.clone().by(author?)),
            // The author is the one thing a post points at.
            Err(Failure::Dangling(_)) => Err(InsertPostError::AuthorMissing),
            Err(other) => Err(InsertPostError::Store(other.into())),
        }
    }

    async fn update(&self, post: &Post, expected: Version) -> Result<Outcome, StoreError> {
        let updated = Entity::update_many()
            .set(changeable(post))
            .filter(at_version(post.id, expected))
            .exec(self.writer());
        let rows = self.run(updated).await?.rows_affected;
        self.outcome_of_post(post.id, rows).await
    }

    async fn delete(&self, id: PostId, expected: Version) -> Result<Outcome, StoreError> {
        let deleted = Entity::delete_many().filter(at_version(id, expected)).exec(self.writer());
        let rows = self.run(deleted).await?.rows_affected;
        self.outcome_of_post(id, rows).await
    }

    async fn delete_some_of(&self, author: UserId, limit: u32) -> Result<u64, StoreError> {
        let some = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::AuthorId.eq(author.as_uuid()))
            .limit(u64::from(limit));
        let deleted = Entity::delete_many()
            .filter(Column::Id.in_subquery(some.into_query()))
            .exec(self.writer());
        Ok(self.run(deleted).await?.rows_affected)
    }
}

impl<C: ConnectionTrait> Sea<C> {
    /// Adds a post, and reads what it shows of its author within the same statement.
    async fn insert_once(&self, post: &UnsavedPost) -> Result<Result<Author, StoreError>, Failure> {
        let UnsavedPost { id, title, content, published, author, version, created_at, updated_at } =
            post;
        let mut sql = Sql::new(self.backend());
        let author_id = sql.bind(author.as_uuid());
        let values = [
            sql.bind(id.as_uuid()),
            author_id.clone(),
            sql.bind(*published),
            sql.bind(version.number()),
            sql.bind(created_at.as_micros()),
            sql.bind(updated_at.as_micros()),
            sql.bind(title.as_str()),
            sql.bind(title.folded()),
            sql.bind(content.as_str()),
            sql.bind(content.folded()),
        ];
        sql.push(&format!(
            "INSERT INTO posts (id, author_id, published, version, created_at, updated_at, title, \
             title_folded, content, content_folded) VALUES ({}) \
             RETURNING (SELECT name FROM users WHERE id = {author_id}), \
             (SELECT version FROM users WHERE id = {author_id})",
            values.join(", ")
        ));
        let inserted = self.writer().query_one_raw(sql.into_statement());
        let row = self.run(inserted).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotInserted)?;
        let (name, version): (String, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let source = Source { table: "users", id: author };
        let name = source.text("name", PersonName::parse, &name);
        Ok(name.map(|name| Author { id: *author, name, version: Version::from_number(version) }))
    }

    /// As for users: a row that vanishes meanwhile was stale at the write and is missing now.
    async fn outcome_of_post(&self, id: PostId, rows: u64) -> Result<Outcome, StoreError> {
        if rows > 0 {
            return Ok(Outcome::Done);
        }
        let present = Entity::find_by_id(id.as_uuid())
            .select_only()
            .column(Column::Id)
            .into_tuple::<Uuid>()
            .one(self.writer());
        Ok(match self.run(present).await? {
            Some(_) => Outcome::Stale,
            None => Outcome::Missing,
        })
    }
}

/// A post shows its author as they are now.
pub(super) const TABLE: ListTable = ListTable {
    name: "posts",
    columns: "r.id, r.author_id, r.published, r.version, r.created_at, r.updated_at, r.title, \
              r.content, a.name, a.version",
    joins: "LEFT JOIN users AS a ON a.id = r.author_id",
    searched: ["title_folded", "content_folded"],
    size: "octet_length(content_folded)",
};

pub(super) fn rows(filter: &PostFilter) -> Rows {
    let PostFilter { visibility, search, author } = filter;
    let (published, drafts_of, sum) = match visibility {
        PostVisibility::Published => ("published = TRUE", None, "published_posts"),
        PostVisibility::Drafts => ("published = FALSE", None, "draft_posts"),
        PostVisibility::DraftsOf(author) => ("published = FALSE", Some(author), "draft_posts"),
    };
    let authors = drafts_of.into_iter().chain(author);
    let bound: Vec<_> = authors.map(|id| ("author_id", id.as_uuid().into())).collect();
    Rows {
        fixed: vec![published],
        sum: bound.is_empty().then_some(sum),
        bound,
        search: search.as_ref().map(|term| term.as_folded().to_owned()),
    }
}

pub(super) fn order(sort: Sort<PostSortField>) -> Order {
    Order {
        by: match sort.by {
            PostSortField::CreatedAt => "created_at",
            PostSortField::UpdatedAt => "updated_at",
            PostSortField::Title => "title_folded",
        },
        is_unique: false,
        direction: sort.direction,
    }
}

fn at_version(id: PostId, version: Version) -> Condition {
    Condition::all().add(Column::Id.eq(id.as_uuid())).add(Column::Version.eq(version.number()))
}

/// What an update may change; the author and the time of creation are not in it.
fn changeable(post: &Post) -> ActiveModel {
    let Post { id: _, title, content, published, author: _, version, created_at: _, updated_at } =
        post;
    ActiveModel {
        published: Set(*published),
        version: Set(version.number()),
        updated_at: Set(updated_at.as_micros()),
        title: Set(title.as_str().to_owned()),
        title_folded: Set(title.folded()),
        content: Set(content.as_str().to_owned()),
        content_folded: Set(content.folded()),
        ..ActiveModel::default()
    }
}

pub(super) struct PostRow {
    id: Uuid,
    author_id: Uuid,
    author_name: String,
    author_version: i64,
    published: bool,
    version: i64,
    created_at: i64,
    updated_at: i64,
    title: String,
    content: String,
}

impl Row for PostRow {
    type Item = Post;

    fn read(row: &QueryResult, at: usize) -> Result<Option<Self>, DbErr> {
        let Some(id) = row.try_get_by_index(at)? else {
            return Ok(None);
        };
        Ok(Some(Self {
            id,
            author_id: row.try_get_by_index(at + 1)?,
            published: row.try_get_by_index(at + 2)?,
            version: row.try_get_by_index(at + 3)?,
            created_at: row.try_get_by_index(at + 4)?,
            updated_at: row.try_get_by_index(at + 5)?,
            title: row.try_get_by_index(at + 6)?,
            content: row.try_get_by_index(at + 7)?,
            author_name: row.try_get_by_index(at + 8)?,
            author_version: row.try_get_by_index(at + 9)?,
        }))
    }

    fn into_item(self) -> Result<Post, StoreError> {
        let source = Source { table: "posts", id: &self.id };
        Ok(Post {
            id: PostId::from_uuid(self.id),
            title: source.text("title", Title::parse, &self.title)?,
            content: source.text("content", Content::parse, &self.content)?,
            published: self.published,
            author: Author {
                id: UserId::from_uuid(self.author_id),
                name: source.text("author's name", PersonName::parse, &self.author_name)?,
                version: Version::from_number(self.author_version),
            },
            version: Version::from_number(self.version),
            created_at: source.time("created_at", self.created_at)?,
            updated_at: source.time("updated_at", self.updated_at)?,
        })
    }
}
