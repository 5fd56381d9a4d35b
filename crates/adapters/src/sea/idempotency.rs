use async_trait::async_trait;
use basalt_domain::{
    Answer, Fingerprint, IdempotencyKey, IdempotencyRecord, IdempotencyScope, Timestamp, UserId,
    ports::{Claim, IdempotencyRecords, StoreError},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
    prelude::Uuid,
    sea_query::{Expr, LockBehavior, LockType, OnConflict},
};

use super::{
    Sea,
    entity::idempotency_record::{ActiveModel, Column, Entity},
    failure::Failure,
    row::Source,
};

const KEY: [Column; 3] = [Column::Caller, Column::Operation, Column::Key];

#[async_trait]
impl<C: ConnectionTrait + Send + Sync> IdempotencyRecords for Sea<C> {
    async fn find(
        &self,
        scope: IdempotencyScope,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        let found = Entity::find()
            .select_only()
            .columns([Column::Fingerprint, Column::OwnerId, Column::ExpiresAt, Column::Answer])
            .filter(names(scope, key))
            .filter(Column::ExpiresAt.gt(now.as_micros()))
            .into_model::<RecordRow>()
            .one(self.reader());
        let row = self.run(found).await?;
        row.map(|row| row.into_record(scope, key)).transpose()
    }

    /// One statement: it adds the record, or takes over one that has expired, or changes nothing.
    /// `PostgreSQL` waits in it for a unit that has claimed the key and not ended. On `SQLite`
    /// nobody is ever [`Claim::Busy`]: units of work run one after the other, so the one that
    /// claimed first has ended when this runs.
    async fn claim(&self, record: &IdempotencyRecord, now: Timestamp) -> Result<Claim, StoreError> {
        let expired = Expr::col((Entity, Column::ExpiresAt)).lte(now.as_micros());
        let take_over = OnConflict::columns(KEY)
            .update_columns([
                Column::Fingerprint,
                Column::OwnerId,
                Column::ExpiresAt,
                Column::Answer,
            ])
            .action_and_where(expired)
            .to_owned();
        let claimed = Entity::insert(stored(record))
            .on_conflict(take_over)
            .exec_without_returning(self.writer());
        match self.run(claimed).await {
            Ok(0) => Ok(Claim::Exists),
            Ok(_) => Ok(Claim::Made),
            Err(Failure::Locked(_)) => Ok(Claim::Busy),
            Err(other) => Err(other.into()),
        }
    }

    async fn remove_expired(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let removed = Entity::delete_many()
            .filter(Expr::tuple(KEY.map(Expr::col)).in_subquery(expired(now, limit).into_query()))
            .exec(self.broom());
        Ok(self.run(removed).await?.rows_affected)
    }
}

pub(super) fn expired(now: Timestamp, limit: u32) -> Select<Entity> {
    Entity::find()
        .select_only()
        .columns(KEY)
        .filter(Column::ExpiresAt.lt(now.as_micros()))
        .order_by_asc(Column::ExpiresAt)
        .limit(u64::from(limit))
        // What another process is removing is left to it, where rows can be held.
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
}

fn names(scope: IdempotencyScope, key: &IdempotencyKey) -> Condition {
    Condition::all()
        .add(Column::Caller.eq(caller(scope)))
        .add(Column::Operation.eq(scope.operation.as_str()))
        .add(Column::Key.eq(key.as_str()))
}

/// Empty for anonymous callers; see the table's migration.
fn caller(scope: IdempotencyScope) -> String {
    scope.caller.map(|id| id.to_string()).unwrap_or_default()
}

fn stored(record: &IdempotencyRecord) -> ActiveModel {
    let IdempotencyRecord { scope, key, fingerprint, answer, owner, expires_at } = record;
    ActiveModel {
        caller: Set(caller(*scope)),
        operation: Set(scope.operation.as_str().to_owned()),
        key: Set(key.as_str().to_owned()),
        fingerprint: Set(fingerprint.0.to_vec()),
        owner_id: Set(owner.as_uuid()),
        expires_at: Set(expires_at.as_micros()),
        answer: Set(answer.0.clone()),
    }
}

#[derive(FromQueryResult)]
struct RecordRow {
    fingerprint: Vec<u8>,
    owner_id: Uuid,
    expires_at: i64,
    answer: Vec<u8>,
}

impl RecordRow {
    fn into_record(
        self,
        scope: IdempotencyScope,
        key: &IdempotencyKey,
    ) -> Result<IdempotencyRecord, StoreError> {
        let source = Source { table: "idempotency_records of", id: &self.owner_id };
        let fingerprint = <[u8; 32]>::try_from(self.fingerprint.as_slice())
            .map_err(|_| source.corrupt("fingerprint", "not 32 bytes"))?;
        Ok(IdempotencyRecord {
            scope,
            key: key.clone(),
            fingerprint: Fingerprint(fingerprint),
            owner: UserId::from_uuid(self.owner_id),
            expires_at: source.time("expires_at", self.expires_at)?,
            answer: Answer(self.answer),
        })
    }
}
