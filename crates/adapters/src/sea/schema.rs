use std::time::Duration;

use basalt_domain::ports::{Correction, SchemaState, SchemaStatus, SchemaStep, StoreError};
use basalt_migrations::{
    Migrator, MigratorTrait, applied, known,
    list_states::{self, Difference},
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement};

use super::{
    SeaStore,
    failure::{Failure, store_error},
    postgres, session,
};

/// How long one process waits for another that migrates the same database.
const MIGRATION_PATIENCE: Duration = Duration::from_mins(1);

/// The steps that this binary knows, and which of them were `applied`.
fn status_of(applied: &[String]) -> SchemaStatus {
    let known = known();
    let unknown = applied.iter().filter(|name| !known.contains(name));
    SchemaStatus {
        unknown: unknown.cloned().collect(),
        steps: known
            .into_iter()
            .map(|name| SchemaStep { applied: applied.contains(&name), name })
            .collect(),
    }
}

impl SeaStore {
    /// Which steps were applied. Changes nothing.
    pub async fn migration_status(&self) -> Result<SchemaStatus, StoreError> {
        let applied = {
            let connections = self.reader.connections();
            self.repositories().run(applied(&connections)).await?
        };
        Ok(status_of(&applied))
    }

    /// Applies every step that is missing, all or none, and returns their names. Of several processes
    /// that do it at once one does, and the others wait for it up to a minute. A newer schema is left
    /// as it is.
    pub async fn migrate_up(&self) -> Result<Vec<String>, StoreError> {
        if self.migration_status().await?.state() != SchemaState::TooOld {
            return Ok(Vec::new());
        }
        let transaction = self.begin_migration().await?;
        self.make_schema(&transaction).await?;
        let pending = status_within(&transaction).await?.steps;
        let pending = pending.into_iter().filter(|step| !step.applied);
        let pending = pending.map(|step| step.name).collect();
        Migrator::up(&transaction, None).await.map_err(store_error)?;
        transaction.commit().await.map_err(store_error)?;
        Ok(pending)
    }

    /// Undoes the last step and returns its name; `None` when none is left.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when the last step is one that this binary does not know: only the
    /// release that brought it can undo it.
    pub async fn migrate_down_one(&self) -> Result<Option<String>, StoreError> {
        let transaction = self.begin_migration().await?;
        let status = status_within(&transaction).await?;
        if let Some(unknown) = status.unknown.last() {
            return Err(StoreError::failed(format!(
                "the step {unknown} is of a later release, which alone can undo it"
            )));
        }
        let Some(last) = status.steps.into_iter().rfind(|step| step.applied) else {
            return Ok(None);
        };
        Migrator::down(&transaction, Some(1)).await.map_err(store_error)?;
        transaction.commit().await.map_err(store_error)?;
        Ok(Some(last.name))
    }

    /// Counts the lists anew while others write, corrects their totals, and ends every page that is
    /// kept of them. Returns what differed. The schema has to be current.
    pub async fn recount(&self) -> Result<Vec<Correction>, StoreError> {
        let transaction = self.begin_migration().await?;
        let differences = list_states::recount(&transaction).await.map_err(store_error)?;
        transaction.commit().await.map_err(store_error)?;
        let corrected = differences.into_iter().map(|Difference { name, was, is }| Correction {
            name,
            was,
            is,
        });
        Ok(corrected.collect())
    }

    /// Makes the schema that the database URL names, where it is missing. It is not asked of the
    /// server otherwise: that needs a right which a role that has its schema need not have.
    async fn make_schema(&self, transaction: &DatabaseTransaction) -> Result<(), StoreError> {
        let Some(schema) = self.writer.schema() else {
            return Ok(());
        };
        let exists = Statement::from_string(DbBackend::Postgres, session::existence(schema));
        let row = transaction.query_one_raw(exists).await.map_err(store_error)?;
        let exists = row.map(|row| row.try_get_by_index::<String>(0)).transpose();
        if exists.map_err(store_error)?.as_deref() == Some("true") {
            return Ok(());
        }
        let name = session::quoted(schema);
        let create = format!("CREATE SCHEMA {name}");
        let made = transaction.execute_unprepared(&create).await;
        made.map(drop).map_err(|error| {
            StoreError::failed(format!(
                "the schema {schema} of the database URL is not there and can't be made: {error}; \
                 an administrator runs: CREATE SCHEMA {name} AUTHORIZATION the user of the URL"
            ))
        })
    }

    /// A transaction in which nobody else migrates: on `SQLite` it holds the write lock, on
    /// `PostgreSQL` a number that is locked for this alone, so that work goes on meanwhile.
    async fn begin_migration(&self) -> Result<DatabaseTransaction, StoreError> {
        if self.writer.get_database_backend() == DbBackend::Postgres {
            let transaction = self.transaction().await?;
            let limits = postgres::limits_of_a_migration(MIGRATION_PATIENCE);
            let locked = transaction.execute_unprepared(&limits).await;
            locked.map_err(|error| StoreError::from(Failure::from(error)))?;
            return Ok(transaction);
        }
        // Each attempt waits for the lock as long as a connection is waited for.
        let attempt = self.acquire_timeout.as_millis().max(1);
        for _ in 0..MIGRATION_PATIENCE.as_millis() / attempt {
            match self.transaction().await {
                Err(StoreError::Unavailable(_)) => {}
                other => return other,
            }
        }
        self.transaction().await
    }
}

async fn status_within(transaction: &DatabaseTransaction) -> Result<SchemaStatus, StoreError> {
    let applied: Result<_, DbErr> = applied(transaction).await;
    Ok(status_of(&applied.map_err(store_error)?))
}
