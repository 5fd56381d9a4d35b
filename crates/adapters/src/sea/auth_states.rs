use async_trait::async_trait;
use basalt_domain::{
    AuthState, Timestamp, TokenGeneration, TokenId, UserId,
    ports::{AuthStates, StoreError},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
    sea_query::{Expr, LockBehavior, LockType, OnConflict, Query},
};

use super::{
    Sea,
    entity::{revoked_token, user},
    failure::{Failure, store_error},
    row::Source,
};

const KEY: [revoked_token::Column; 2] =
    [revoked_token::Column::UserId, revoked_token::Column::TokenId];

#[async_trait]
impl<C: ConnectionTrait + Send + Sync> AuthStates for Sea<C> {
    async fn find(&self, user: UserId, token: TokenId) -> Result<Option<AuthState>, StoreError> {
        let note = revoked_token::Entity::find()
            .select_only()
            .expr(Expr::value(1))
            .filter(revoked_token::Column::UserId.eq(user.as_uuid()))
            .filter(revoked_token::Column::TokenId.eq(token.as_uuid()));
        let found = user::Entity::find_by_id(user.as_uuid())
            .select_only()
            .columns([user::Column::Role, user::Column::Active, user::Column::TokenGeneration])
            .expr_as(Expr::exists(note.into_query()), "revoked")
            .into_model::<StateRow>()
            .one(self.reader());
        let row = self.run(found).await?;
        row.map(|row| row.into_state(user)).transpose()
    }

    async fn revoke(
        &self,
        user: UserId,
        token: TokenId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        // Takes the user from the table, so that nothing is noted for one who is gone, and holds
        // the row where rows can be held, so that the note is not refused for one who is going.
        let note = Query::select()
            .column(user::Column::Id)
            .expr(Expr::value(token.as_uuid()))
            .expr(Expr::value(expires_at.as_micros()))
            .from(user::Entity)
            .and_where(user::Column::Id.eq(user.as_uuid()))
            .lock(LockType::KeyShare)
            .take();
        let mut statement = Query::insert();
        statement
            .into_table(revoked_token::Entity)
            .columns(KEY.into_iter().chain([revoked_token::Column::ExpiresAt]))
            .on_conflict(OnConflict::columns(KEY).do_nothing().to_owned());
        statement.select_from(note).map_err(|error| StoreError::failed(error.to_string()))?;
        match self.run(self.writer().execute(&statement)).await {
            // The user went between the look and the note.
            Ok(_) | Err(Failure::Dangling(_)) => Ok(()),
            Err(other) => Err(other.into()),
        }
    }

    async fn end_all(&self, user: UserId) -> Result<Option<TokenGeneration>, StoreError> {
        let next = Expr::col(user::Column::TokenGeneration).add(1);
        let raised = Query::update()
            .table(user::Entity)
            .value(user::Column::TokenGeneration, next)
            .and_where(user::Column::Id.eq(user.as_uuid()))
            .returning_col(user::Column::TokenGeneration)
            .take();
        // All rows, not one: SQLite commits a statement that returns rows when it has ended.
        let rows = self.run(self.writer().query_all(&raised)).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let number = row.try_get_by_index(0).map_err(store_error)?;
        Ok(Some(TokenGeneration::from_number(number)))
    }

    async fn remove_expired(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let removed = revoked_token::Entity::delete_many()
            .filter(Expr::tuple(KEY.map(Expr::col)).in_subquery(expired(now, limit).into_query()))
            .exec(self.broom());
        Ok(self.run(removed).await?.rows_affected)
    }
}

pub(super) fn expired(now: Timestamp, limit: u32) -> Select<revoked_token::Entity> {
    revoked_token::Entity::find()
        .select_only()
        .columns(KEY)
        .filter(revoked_token::Column::ExpiresAt.lt(now.as_micros()))
        .order_by_asc(revoked_token::Column::ExpiresAt)
        .limit(u64::from(limit))
        // What another process is removing is left to it, where rows can be held.
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
}

#[derive(FromQueryResult)]
struct StateRow {
    role: String,
    active: bool,
    token_generation: i64,
    revoked: bool,
}

impl StateRow {
    fn into_state(self, user: UserId) -> Result<AuthState, StoreError> {
        let source = Source { table: "users", id: &user };
        Ok(AuthState {
            role: source.role(&self.role)?,
            active: self.active,
            generation: TokenGeneration::from_number(self.token_generation),
            revoked: self.revoked,
        })
    }
}
