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
        manager.drop_table(Table::drop().table(Users::Table).take()).await
    }
}

fn table(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table(Users::Table)
        .col(ColumnDef::new(Users::Id).uuid().not_null().primary_key())
        .col(text(Users::Email, backend))
        .col(text(Users::Name, backend))
        .col(text(Users::NameFolded, backend))
        .col(text(Users::Role, backend))
        .col(ColumnDef::new(Users::Active).boolean().not_null())
        .col(ColumnDef::new(Users::Version).big_integer().not_null())
        .col(ColumnDef::new(Users::TokenGeneration).big_integer().not_null())
        .col(text(Users::PasswordHash, backend))
        .col(ColumnDef::new(Users::CreatedAt).big_integer().not_null())
        .col(ColumnDef::new(Users::UpdatedAt).big_integer().not_null())
        .check(Check::named("ck_users_role", Expr::col(Users::Role).is_in(["USER", "ADMIN"])))
        .take()
}

/// Each order of the users list is an index, so that a page costs what it shows. None of them
/// starts with `role` or `active`: both say little about a row, and a planner without statistics
/// would take such an index and sort what it finds.
fn indexes() -> [IndexCreateStatement; 4] {
    [
        // Also the order by e-mail: among unique values the id never decides.
        Index::create()
            .name("uq_users_email")
            .table(Users::Table)
            .col(Users::Email)
            .unique()
            .take(),
        Index::create()
            .name("ix_users_created_at_id")
            .table(Users::Table)
            .col(Users::CreatedAt)
            .col(Users::Id)
            .take(),
        Index::create()
            .name("ix_users_name_folded_id")
            .table(Users::Table)
            .col(Users::NameFolded)
            .col(Users::Id)
            .take(),
        // The rule of the last administrator asks for these few among all users at each change
        // of a role. Partial, so that it costs nothing for everybody else; covering; and in the
        // order in which a list of administrators is asked for.
        Index::create()
            .name("ix_users_admins")
            .table(Users::Table)
            .col(Users::CreatedAt)
            .col(Users::Id)
            .col(Users::Active)
            .and_where(Expr::col(Users::Role).eq("ADMIN"))
            .take(),
    ]
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
    Email,
    Name,
    NameFolded,
    Role,
    Active,
    Version,
    TokenGeneration,
    PasswordHash,
    CreatedAt,
    UpdatedAt,
}
