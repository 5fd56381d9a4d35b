use sea_orm_migration::prelude::*;

use crate::search;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// See [`search`]. The step is done where the indexes can't be made, too: later ones don't need
/// them, and whoever migrates once the extension is there makes them.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        search::make_indexes(manager.get_connection()).await
    }

    /// Leaves the extension, which others in the same database may use.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        search::drop_indexes(manager.get_connection()).await
    }
}
