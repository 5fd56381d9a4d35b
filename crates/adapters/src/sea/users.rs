use async_trait::async_trait;
use basalt_domain::{
    Credentials, Email, Page, PageRequest, PasswordHash, PersonName, Role, Slice, Sort,
    TokenGeneration, User, UserFilter, UserId, UserSortField, Version, WalkRequest,
    ports::{Outcome, StoreError, UserRepository, WriteUserError},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait,
    ExprTrait, QueryFilter, QueryResult, QuerySelect, Select, prelude::Uuid, sea_query::Expr,
};

use super::{
    Sea, dialect,
    entity::user::{ActiveModel, Column, Entity},
    failure::Failure,
    listing::{self, ListTable, Order, Rows},
    row::{self, Row, Source},
};

#[async_trait]
impl<C: ConnectionTrait + Send + Sync> UserRepository for Sea<C> {
    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError> {
        row::find::<_, UserRow>(self, &TABLE, ("r.id", id.as_uuid().into())).await
    }

    async fn credentials(&self, email: &Email) -> Result<Option<Credentials>, StoreError> {
        row::find::<_, CredentialsRow>(self, &CREDENTIALS, ("r.email", email.as_str().into())).await
    }

    async fn credentials_of(&self, id: UserId) -> Result<Option<Credentials>, StoreError> {
        row::find::<_, CredentialsRow>(self, &CREDENTIALS, ("r.id", id.as_uuid().into())).await
    }

    async fn page(
        &self,
        filter: &UserFilter,
        sort: Sort<UserSortField>,
        page: PageRequest,
    ) -> Result<Page<User>, StoreError> {
        let (rows, order) = (rows(filter), order(sort));
        let (page, _) = listing::page::<_, UserRow>(self, &TABLE, &rows, order, page).await?;
        Ok(page)
    }

    async fn walk(
        &self,
        filter: &UserFilter,
        sort: Sort<UserSortField>,
        walk: &WalkRequest,
    ) -> Result<Slice<User>, StoreError> {
        let (rows, order) = (rows(filter), order(sort));
        listing::walk::<_, UserRow, _>(self, &TABLE, &rows, (sort, order), walk).await
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
        let deleted = Entity::delete_many().filter(at_version(id, expected)).exec(self.writer());
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

pub(super) const TABLE: ListTable = ListTable {
    name: "users",
    columns: "r.id, r.email, r.name, r.role, r.active, r.version, r.created_at, r.updated_at",
    joins: "",
    // An address is in lower case already: its folded form is itself.
    searched: ["name_folded", "email"],
    // Names and addresses are short.
    size: "0",
};

const CREDENTIALS: ListTable = ListTable {
    columns: "r.id, r.email, r.name, r.role, r.active, r.version, r.created_at, r.updated_at, \
              r.password_hash, r.token_generation",
    ..TABLE
};

pub(super) fn rows(filter: &UserFilter) -> Rows {
    let UserFilter { search, role, active, email } = filter;
    let role_is = role.map(|role| match role {
        Role::User => "role = 'USER'",
        Role::Admin => "role = 'ADMIN'",
    });
    let state_is = active.map(|active| if active { "active = TRUE" } else { "active = FALSE" });
    Rows {
        fixed: role_is.into_iter().chain(state_is).collect(),
        bound: email.iter().map(|email| ("email", email.as_str().into())).collect(),
        search: search.as_ref().map(|term| term.as_folded().to_owned()),
        sum: email.is_none().then(|| sum(*role, *active)),
    }
}

/// What counts the users of a role, in a state.
fn sum(role: Option<Role>, active: Option<bool>) -> &'static str {
    match (role, active) {
        (None, None) => "active_users + inactive_users + active_admins + inactive_admins",
        (None, Some(true)) => "active_users + active_admins",
        (None, Some(false)) => "inactive_users + inactive_admins",
        (Some(Role::User), None) => "active_users + inactive_users",
        (Some(Role::User), Some(true)) => "active_users",
        (Some(Role::User), Some(false)) => "inactive_users",
        (Some(Role::Admin), None) => "active_admins + inactive_admins",
        (Some(Role::Admin), Some(true)) => "active_admins",
        (Some(Role::Admin), Some(false)) => "inactive_admins",
    }
}

pub(super) fn order(sort: Sort<UserSortField>) -> Order {
    Order {
        by: match sort.by {
            UserSortField::CreatedAt => "created_at",
            UserSortField::Name => "name_folded",
            UserSortField::Email => "email",
        },
        is_unique: sort.by == UserSortField::Email,
        direction: sort.direction,
    }
}

fn at_version(id: UserId, version: Version) -> Condition {
    Condition::all().add(Column::Id.eq(id.as_uuid())).add(Column::Version.eq(version.number()))
}

/// What an update may change; password, tokens and the time of registration are not in it.
fn visible(user: &User) -> ActiveModel {
    let User { id: _, email, name, role, active, version, created_at: _, updated_at } = user;
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

    fn read(row: &QueryResult, at: usize) -> Result<Option<Self>, DbErr> {
        let Some(id) = row.try_get_by_index(at)? else {
            return Ok(None);
        };
        Ok(Some(Self {
            id,
            email: row.try_get_by_index(at + 1)?,
            name: row.try_get_by_index(at + 2)?,
            role: row.try_get_by_index(at + 3)?,
            active: row.try_get_by_index(at + 4)?,
            version: row.try_get_by_index(at + 5)?,
            created_at: row.try_get_by_index(at + 6)?,
            updated_at: row.try_get_by_index(at + 7)?,
        }))
    }

    fn into_item(self) -> Result<User, StoreError> {
        let source = Source { table: "users", id: &self.id };
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

struct CredentialsRow {
    user: UserRow,
    password_hash: String,
    token_generation: i64,
}

impl Row for CredentialsRow {
    type Item = Credentials;

    fn read(row: &QueryResult, at: usize) -> Result<Option<Self>, DbErr> {
        let Some(user) = UserRow::read(row, at)? else {
            return Ok(None);
        };
        Ok(Some(Self {
            user,
            password_hash: row.try_get_by_index(at + 8)?,
            token_generation: row.try_get_by_index(at + 9)?,
        }))
    }

    fn into_item(self) -> Result<Credentials, StoreError> {
        Ok(Credentials {
            user: self.user.into_item()?,
            hash: PasswordHash::from_stored(self.password_hash),
            generation: TokenGeneration::from_number(self.token_generation),
        })
    }
}
