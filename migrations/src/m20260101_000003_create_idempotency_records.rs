use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

use crate::text;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table(manager.get_database_backend())).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(IdempotencyRecords::Table).take()).await
    }
}

/// `caller` is text, empty for anonymous callers, and no nullable reference: two nulls are never
/// equal, so a key that holds one would be unique for nobody.
fn table(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table(IdempotencyRecords::Table)
        .col(text(IdempotencyRecords::Caller, backend))
        .col(text(IdempotencyRecords::Operation, backend))
        .col(text(IdempotencyRecords::Key, backend))
        .col(ColumnDef::new(IdempotencyRecords::Fingerprint).blob().not_null())
        // Deferred to the commit: a registration claims its key before its user is there.
        .col(ColumnDef::new(IdempotencyRecords::OwnerId).uuid().not_null().extra(
            "CONSTRAINT fk_idempotency_records_owner_id REFERENCES users (id) \
                     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
        ))
        .col(ColumnDef::new(IdempotencyRecords::ExpiresAt).big_integer().not_null())
        .col(ColumnDef::new(IdempotencyRecords::Answer).blob().not_null())
        .primary_key(
            Index::create()
                .name("pk_idempotency_records")
                .col(IdempotencyRecords::Caller)
                .col(IdempotencyRecords::Operation)
                .col(IdempotencyRecords::Key),
        )
        .take()
}

fn indexes() -> [IndexCreateStatement; 2] {
    [
        Index::create()
            .name("ix_idempotency_records_owner_id")
            .table(IdempotencyRecords::Table)
            .col(IdempotencyRecords::OwnerId)
            .take(),
        // Removing what has expired reads what it removes and no more.
        Index::create()
            .name("ix_idempotency_records_expires_at")
            .table(IdempotencyRecords::Table)
            .col(IdempotencyRecords::ExpiresAt)
            .take(),
    ]
}

#[derive(DeriveIden)]
enum IdempotencyRecords {
    Table,
    Caller,
    Operation,
    Key,
    Fingerprint,
    OwnerId,
    ExpiresAt,
    Answer,
}
