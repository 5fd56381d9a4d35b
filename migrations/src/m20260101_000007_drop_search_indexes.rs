use sea_orm_migration::prelude::*;

use crate::search;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Searches look at a bounded number of rows in the order of their list, and at no index: that of
/// trigrams made a frequent word as dear as the table is large, and cost a post of a few thousand
/// characters more than everything else that is written for it. The extension stays, since others
/// in the same database may use it.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        search::drop_indexes(manager.get_connection()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        search::make_indexes(manager.get_connection()).await
    }
}
