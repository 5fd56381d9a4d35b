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
        manager.drop_table(Table::drop().table(Posts::Table).take()).await
    }
}

/// The long texts stand last: `SQLite` reads a row from the left, and what stands behind 20,000
/// characters is reached only through their overflow pages.
fn table(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table(Posts::Table)
        .col(ColumnDef::new(Posts::Id).uuid().not_null().primary_key())
        .col(ColumnDef::new(Posts::AuthorId).uuid().not_null())
        .col(ColumnDef::new(Posts::Published).boolean().not_null())
        .col(ColumnDef::new(Posts::Version).big_integer().not_null())
        .col(ColumnDef::new(Posts::CreatedAt).big_integer().not_null())
        .col(ColumnDef::new(Posts::UpdatedAt).big_integer().not_null())
        .col(text(Posts::Title, backend))
        .col(text(Posts::TitleFolded, backend))
        .col(text(Posts::Content, backend))
        .col(text(Posts::ContentFolded, backend))
        .foreign_key(
            ForeignKey::create()
                .name("fk_posts_author_id")
                .from(Posts::Table, Posts::AuthorId)
                .to(Users::Table, Users::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take()
}

/// A list of posts always holds either published posts or drafts, of everyone or of one author,
/// so its orders are indexed behind those columns. They lead the index instead of making it
/// partial: one index then serves both kinds of lists, by a statement that is planned once and
/// not again for each bound value. The author's indexes also serve the foreign key; a count reads
/// one of these indexes and no rows.
fn indexes() -> Vec<IndexCreateStatement> {
    let orders = [
        ("created_at", Posts::CreatedAt),
        ("updated_at", Posts::UpdatedAt),
        ("title_folded", Posts::TitleFolded),
    ];
    let of_everyone = orders.iter().map(|(name, order)| {
        Index::create()
            .name(format!("ix_posts_published_{name}_id"))
            .table(Posts::Table)
            .col(Posts::Published)
            .col(*order)
            .col(Posts::Id)
            .take()
    });
    let of_one_author = orders.iter().map(|(name, order)| {
        Index::create()
            .name(format!("ix_posts_author_id_published_{name}_id"))
            .table(Posts::Table)
            .col(Posts::AuthorId)
            .col(Posts::Published)
            .col(*order)
            .col(Posts::Id)
            .take()
    });
    of_everyone.chain(of_one_author).collect()
}

#[derive(Clone, Copy, DeriveIden)]
enum Posts {
    Table,
    Id,
    AuthorId,
    Published,
    Version,
    CreatedAt,
    UpdatedAt,
    Title,
    TitleFolded,
    Content,
    ContentFolded,
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
}
