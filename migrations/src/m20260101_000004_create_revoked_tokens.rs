use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table()).await?;
        manager.create_index(expiry_index()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(RevokedTokens::Table).take()).await
    }
}

/// The key starts with the user, so that its index serves the foreign key too: one index less to
/// write at each logout.
fn table() -> TableCreateStatement {
    Table::create()
        .table(RevokedTokens::Table)
        .col(ColumnDef::new(RevokedTokens::UserId).uuid().not_null())
        .col(ColumnDef::new(RevokedTokens::TokenId).uuid().not_null())
        .col(ColumnDef::new(RevokedTokens::ExpiresAt).big_integer().not_null())
        .primary_key(
            Index::create()
                .name("pk_revoked_tokens")
                .col(RevokedTokens::UserId)
                .col(RevokedTokens::TokenId),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_revoked_tokens_user_id")
                .from(RevokedTokens::Table, RevokedTokens::UserId)
                .to(Users::Table, Users::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take()
}

fn expiry_index() -> IndexCreateStatement {
    Index::create()
        .name("ix_revoked_tokens_expires_at")
        .table(RevokedTokens::Table)
        .col(RevokedTokens::ExpiresAt)
        .take()
}

#[derive(DeriveIden)]
enum RevokedTokens {
    Table,
    UserId,
    TokenId,
    ExpiresAt,
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
}
