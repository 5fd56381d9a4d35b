use std::sync::Arc;

use async_trait::async_trait;
use basalt_domain::{
    Author, Content, PersonName, Post, PostFilter, PostId, PostListKey, PostPage, PostSortField,
    PostVisibility, Slice, Sort, Title, UserId, Version, WalkRequest,
    ports::{InsertPostError, Outcome, PostRepository, StoreError},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait,
    FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationTrait, Select, prelude::Uuid,
    sea_query::Expr,
};

use super::{
    Sea, dialect,
    entity::{
        post::{ActiveModel, Column, Entity, Relation},
        user,
    },
    failure::Failure,
    listing::{self, Ordering},
    row::{Row, Source},
};

#[async_trait]
impl<C: ConnectionTrait + Send + Sync> PostRepository for Sea<C> {
    async fn find(&self, id: PostId) -> Result<Option<Post>, StoreError> {
        let statement = rows().filter(Column::Id.eq(id.as_uuid()));
        let found = statement.into_model::<PostRow>().one(self.reader());
        self.run(found).await?.map(PostRow::into_item).transpose()
    }

    async fn page(&self, key: &PostListKey) -> Result<Arc<PostPage>, StoreError> {
        let (filter, order) = (condition(&key.filter, self.backend()), ordering(key.sort));
        let page = listing::page::<_, _, _, PostRow>(self, rows(), filter, order, key.page).await?;
        Ok(PostPage::fresh(page))
    }

    async fn walk(
        &self,
        filter: &PostFilter,
        sort: Sort<PostSortField>,
        walk: &WalkRequest,
    ) -> Result<Slice<Post>, StoreError> {
        let (filter, order) = (condition(filter, self.backend()), ordering(sort));
        listing::walk::<_, _, _, PostRow>(self, rows(), filter, order, walk).await
    }

    async fn insert(&self, post: &Post) -> Result<(), InsertPostError> {
        let row = ActiveModel {
            id: Set(post.id.as_uuid()),
            author_id: Set(post.author.id.as_uuid()),
            created_at: Set(post.created_at.as_micros()),
            ..changeable(post)
        };
        let inserted = Entity::insert(row).exec_without_returning(self.writer());
        match self.run(inserted).await {
            Ok(_) => Ok(()),
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
        let deleted = Entity::delete_many()
            .filter(at_version(id, expected))
            .exec(self.writer());
        let rows = self.run(deleted).await?.rows_affected;
        self.outcome_of_post(id, rows).await
    }
}

impl<C: ConnectionTrait> Sea<C> {
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

/// The columns of what a post shows, with its author as they are now.
pub(super) fn rows() -> Select<Entity> {
    Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::AuthorId,
            Column::Published,
            Column::Version,
            Column::CreatedAt,
            Column::UpdatedAt,
            Column::Title,
            Column::Content,
        ])
        .column_as(user::Column::Name, "author_name")
        .column_as(user::Column::Version, "author_version")
        .join(JoinType::InnerJoin, Relation::Author.def())
}

pub(super) fn condition(filter: &PostFilter, backend: DbBackend) -> Condition {
    let PostFilter {
        visibility,
        search,
        author,
    } = filter;
    let (published, drafts_of) = match visibility {
        PostVisibility::Published => (true, None),
        PostVisibility::Drafts => (false, None),
        PostVisibility::DraftsOf(author) => (false, Some(author)),
    };
    let search = search.as_ref().map(|term| {
        let holds =
            |column: Column| dialect::contains(column_of(column), term.as_folded(), backend);
        Condition::any()
            .add(holds(Column::TitleFolded))
            .add(holds(Column::ContentFolded))
    });
    Condition::all()
        .add(Column::Published.eq(published))
        .add_option(drafts_of.map(|id| Column::AuthorId.eq(id.as_uuid())))
        .add_option(author.map(|id| Column::AuthorId.eq(id.as_uuid())))
        .add_option(search)
}

fn column_of(column: Column) -> Expr {
    Expr::col((Entity, column))
}

pub(super) fn ordering(sort: Sort<PostSortField>) -> Ordering<Column> {
    Ordering {
        by: match sort.by {
            PostSortField::CreatedAt => Column::CreatedAt,
            PostSortField::UpdatedAt => Column::UpdatedAt,
            PostSortField::Title => Column::TitleFolded,
        },
        id: Column::Id,
        direction: sort.direction,
    }
}

fn at_version(id: PostId, version: Version) -> Condition {
    Condition::all()
        .add(Column::Id.eq(id.as_uuid()))
        .add(Column::Version.eq(version.number()))
}

/// What an update may change; the author and the time of creation are not in it.
fn changeable(post: &Post) -> ActiveModel {
    let Post {
        id: _,
        title,
        content,
        published,
        author: _,
        version,
        created_at: _,
        updated_at,
    } = post;
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

#[derive(Clone, FromQueryResult)]
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

    fn into_item(self) -> Result<Post, StoreError> {
        let source = Source {
            table: "posts",
            id: &self.id,
        };
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
