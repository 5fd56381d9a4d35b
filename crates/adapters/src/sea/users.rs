use async_trait::async_trait;
use basalt_domain::{
    Credentials, Email, Page, PageRequest, PasswordHash, PersonName, Slice, Sort, TokenGeneration,
    User, UserFilter, UserId, UserSortField, Version, WalkRequest,
    ports::{Outcome, StoreError, UserRepository, WriteUserError},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, ExprTrait,
    FromQueryResult, QueryFilter, QuerySelect, Select, prelude::Uuid, sea_query::Expr,
};

use super::{
    Sea, dialect,
    entity::user::{ActiveModel, Column, Entity},
    failure::Failure,
    listing::{self, Ordering},
    row::{Row, Source},
};

#[async_trait]
impl<C: ConnectionTrait + Send + Sync> UserRepository for Sea<C> {
    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let statement = rows().filter(Column::Id.eq(id.as_uuid()));
        let found = statement.into_model::<UserRow>().one(self.reader());
        self.run(found).await?.map(UserRow::into_item).transpose()
    }

    async fn credentials(&self, email: &Email) -> Result<Option<Credentials>, StoreError> {
        self.credentials_where(Column::Email.eq(email.as_str()))
            .await
    }

    async fn credentials_of(&self, id: UserId) -> Result<Option<Credentials>, StoreError> {
        self.credentials_where(Column::Id.eq(id.as_uuid())).await
    }

    async fn page(
        &self,
        filter: &UserFilter,
        sort: Sort<UserSortField>,
        page: PageRequest,
    ) -> Result<Page<User>, StoreError> {
        let (filter, order) = (condition(filter, self.backend()), ordering(sort));
        listing::page::<_, _, _, UserRow>(self, rows(), filter, order, page).await
    }

    async fn walk(
        &self,
        filter: &UserFilter,
        sort: Sort<UserSortField>,
        walk: &WalkRequest,
    ) -> Result<Slice<User>, StoreError> {
        let (filter, order) = (condition(filter, self.backend()), ordering(sort));
        listing::walk::<_, _, _, UserRow>(self, rows(), filter, order, walk).await
    }

    async fn insert(&self, user: &User, hash: &PasswordHash) -> Result<(), WriteUserError> {
        let row = ActiveModel {
            id: Set(user.id.as_uuid()),
            created_at: Set(user.created_at.as_micros()),
            token_generation: Set(TokenGeneration::FIRST.number()),
            password_hash: Set(hash.expose().to_owned()),
            ..visible(user)
        };
        let inserted = Entity::insert(row).exec_without_returning(self.writer());
        self.run(inserted).await.map_err(write_error)?;
        Ok(())
    }

    async fn update(&self, user: &User, expected: Version) -> Result<Outcome, WriteUserError> {
        let updated = Entity::update_many()
            .set(visible(user))
            .filter(at_version(user.id, expected))
            .exec(self.writer());
        let rows = self.run(updated).await.map_err(write_error)?.rows_affected;
        Ok(self.outcome(user.id, rows).await?)
    }

    async fn replace_password(
        &self,
        id: UserId,
        from: &PasswordHash,
        to: &PasswordHash,
    ) -> Result<bool, StoreError> {
        let replaced = Entity::update_many()
            .col_expr(Column::PasswordHash, Expr::value(to.expose()))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::PasswordHash.eq(from.expose()))
            .exec(self.writer());
        Ok(self.run(replaced).await?.rows_affected > 0)
    }

    async fn delete(&self, id: UserId, expected: Version) -> Result<Outcome, StoreError> {
        let deleted = Entity::delete_many()
            .filter(at_version(id, expected))
            .exec(self.writer());
        let rows = self.run(deleted).await?.rows_affected;
        self.outcome(id, rows).await
    }

    async fn active_admins(&self) -> Result<Vec<UserId>, StoreError> {
        if self.is_unit() && self.backend() == DbBackend::Postgres {
            let locked = self.reader().execute_unprepared(dialect::LOCK_ADMINS);
            self.run(locked).await?;
        }
        let ids = active_admins().into_tuple::<Uuid>().all(self.reader());
        let ids = self.run(ids).await?;
        Ok(ids.into_iter().map(UserId::from_uuid).collect())
    }
}

impl<C: ConnectionTrait> Sea<C> {
    async fn credentials_where(&self, condition: Expr) -> Result<Option<Credentials>, StoreError> {
        let found = rows()
            .columns([Column::PasswordHash, Column::TokenGeneration])
            .filter(condition)
            .into_model::<CredentialsRow>()
            .one(self.reader());
        let row = self.run(found).await?;
        row.map(CredentialsRow::into_item).transpose()
    }

    /// Why a write that named a version met `rows` rows. A row that vanishes between the write and
    /// this look was stale at the write and is missing now: either answer is true.
    async fn outcome(&self, id: UserId, rows: u64) -> Result<Outcome, StoreError> {
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

pub(super) fn active_admins() -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Active.eq(true))
        // Spelled out, not bound, so that every plan may use the index of administrators.
        .filter(Expr::col(Column::Role).eq(Expr::cust("'ADMIN'")))
}

/// The columns of what a user shows.
pub(super) fn rows() -> Select<Entity> {
    Entity::find().select_only().columns([
        Column::Id,
        Column::Email,
        Column::Name,
        Column::Role,
        Column::Active,
        Column::Version,
        Column::CreatedAt,
        Column::UpdatedAt,
    ])
}

pub(super) fn condition(filter: &UserFilter, backend: DbBackend) -> Condition {
    let UserFilter {
        search,
        role,
        active,
        email,
    } = filter;
    let search = search.as_ref().map(|term| {
        Condition::any()
            .add(dialect::contains(
                Expr::col(Column::NameFolded),
                term.as_folded(),
                backend,
            ))
            // An address is in lower case already: its folded form is itself.
            .add(dialect::contains(
                Expr::col(Column::Email),
                term.as_folded(),
                backend,
            ))
    });
    Condition::all()
        .add_option(email.as_ref().map(|email| Column::Email.eq(email.as_str())))
        .add_option(role.map(|role| Column::Role.eq(role.as_str())))
        .add_option(active.map(|active| Column::Active.eq(active)))
        .add_option(search)
}

pub(super) fn ordering(sort: Sort<UserSortField>) -> Ordering<Column> {
    Ordering {
        by: match sort.by {
            UserSortField::CreatedAt => Column::CreatedAt,
            UserSortField::Name => Column::NameFolded,
            UserSortField::Email => Column::Email,
        },
        id: Column::Id,
        direction: sort.direction,
    }
}

fn at_version(id: UserId, version: Version) -> Condition {
    Condition::all()
        .add(Column::Id.eq(id.as_uuid()))
        .add(Column::Version.eq(version.number()))
}

/// What an update may change; password, tokens and the time of registration are not in it.
fn visible(user: &User) -> ActiveModel {
    let User {
        id: _,
        email,
        name,
        role,
        active,
        version,
        created_at: _,
        updated_at,
    } = user;
    ActiveModel {
        email: Set(email.as_str().to_owned()),
        name: Set(name.as_str().to_owned()),
        name_folded: Set(name.folded()),
        role: Set(role.as_str().to_owned()),
        active: Set(*active),
        version: Set(version.number()),
        updated_at: Set(updated_at.as_micros()),
        ..ActiveModel::default()
    }
}

fn write_error(failure: Failure) -> WriteUserError {
    match failure {
        Failure::Taken(constraint) if constraint == "uq_users_email" => WriteUserError::EmailTaken,
        other => WriteUserError::Store(other.into()),
    }
}

#[derive(Clone, FromQueryResult)]
pub(super) struct UserRow {
    id: Uuid,
    email: String,
    name: String,
    role: String,
    active: bool,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

impl Row for UserRow {
    type Item = User;

    fn into_item(self) -> Result<User, StoreError> {
        let source = Source {
            table: "users",
            id: &self.id,
        };
        Ok(User {
            id: UserId::from_uuid(self.id),
            email: source.text("email", Email::parse, &self.email)?,
            name: source.text("name", PersonName::parse, &self.name)?,
            role: source.role(&self.role)?,
            active: self.active,
            version: Version::from_number(self.version),
            created_at: source.time("created_at", self.created_at)?,
            updated_at: source.time("updated_at", self.updated_at)?,
        })
    }
}

#[derive(FromQueryResult)]
struct CredentialsRow {
    #[sea_orm(nested)]
    user: UserRow,
    password_hash: String,
    token_generation: i64,
}

impl Row for CredentialsRow {
    type Item = Credentials;

    fn into_item(self) -> Result<Credentials, StoreError> {
        Ok(Credentials {
            user: self.user.into_item()?,
            hash: PasswordHash::from_stored(self.password_hash),
            generation: TokenGeneration::from_number(self.token_generation),
        })
    }
}
