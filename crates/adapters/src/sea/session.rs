//! What each connection to a `PostgreSQL` asks of its server, and whether the server does it: a
//! pooler between may drop it without a word.

use std::time::Duration;

use basalt_domain::ports::StoreError;
use sea_orm::sqlx::{self, PgConnection, Row as _, postgres::PgRow};

use super::{SeaOptions, failure::driver_failed};

/// One plan for each statement, made once for a connection, whatever the values and however old the
/// statistics: by indexes, in their order, row by row. No statement means another. Measured on
/// `PostgreSQL` 15, a page of ten posts: 0.32 ms of planning and 0.16 ms of execution without, 0.01
/// and 0.11 ms with it. A generic plan alone is none: what a bound `LIMIT` lets through is guessed to
/// be a tenth of the table, for which the planner prefers to read and sort all of it.
const ONE_PLAN: [(&str, &str); 6] = [
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    ("enable_bitmapscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    // What can't be had otherwise counts as so dear that it would be compiled each time.
    ("jit", "off"),
];

/// What a connection asks for.
#[derive(Clone, Debug)]
pub(super) struct Session {
    settings: Vec<(&'static str, String)>,
    schema: Option<String>,
}

impl Session {
    pub(super) fn new(options: &SeaOptions, schema: Option<String>) -> Self {
        let statement = options.statement_timeout;
        // A wait for a lock is a wait like that for a connection, and must end before its statement.
        let lock = options.acquire_timeout.min(statement * 3 / 4);
        let millis = |limit: Duration| limit.as_millis().max(1).to_string();
        Self {
            // The server's own limits, so that it stops working on what nobody waits for any more.
            settings: vec![
                ("statement_timeout", millis(statement)),
                ("lock_timeout", millis(lock)),
                ("idle_in_transaction_session_timeout", millis(statement * 2)),
                ("default_transaction_isolation", "read committed".to_owned()),
            ]
            .into_iter()
            .chain(ONE_PLAN.map(|(name, value)| (name, value.to_owned())))
            .collect(),
            schema,
        }
    }

    /// The settings that a connection begins with.
    pub(super) fn settings(&self) -> impl Iterator<Item = (&'static str, String)> + '_ {
        let path = self.schema.as_deref();
        let path = path.map(|schema| ("search_path", quoted(schema)));
        self.settings.iter().cloned().chain(path)
    }

    /// Where the tables are, if not where the server looks by itself.
    pub(super) fn schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    /// Looks whether all of it is so. What rows would be lost by is an error, the rest a warning;
    /// both say what makes it so.
    pub(super) async fn check(&self, connection: &mut PgConnection) -> Result<(), StoreError> {
        if let Some(schema) = &self.schema {
            self.check_schema(connection, schema).await?;
        }
        let missing = self.missing(connection).await?;
        if !missing.is_empty() {
            tracing::warn!(
                "what connections ask for is dropped on its way to the database, by a pooler \
                 perhaps, so limits are not kept there and plans are worse; run: {}",
                missing.join("; ")
            );
        }
        Ok(())
    }

    /// What has to be run for the settings to be in force that are not.
    pub(super) async fn missing(
        &self,
        connection: &mut PgConnection,
    ) -> Result<Vec<String>, StoreError> {
        let wanted = self.settings.iter().map(|(name, value)| format!("('{name}', '{value}')"));
        let asked = format!(
            "SELECT format('ALTER ROLE %I IN DATABASE %I SET %s = %L', \
             current_user, current_database(), wanted.name, wanted.setting) \
             FROM (VALUES {}) AS wanted (name, setting) \
             LEFT JOIN pg_settings AS found ON found.name = wanted.name \
             WHERE found.setting IS DISTINCT FROM wanted.setting",
            wanted.collect::<Vec<_>>().join(", ")
        );
        let asked = sqlx::raw_sql(sqlx::AssertSqlSafe(asked));
        let rows = asked.fetch_all(connection).await.map_err(driver_failed)?;
        rows.iter().map(|row| text(row, 0)).collect()
    }

    async fn check_schema(
        &self,
        connection: &mut PgConnection,
        schema: &str,
    ) -> Result<(), StoreError> {
        let asked = "SELECT current_schema()::text, quote_ident(current_user)";
        let row = one(connection, asked.to_owned()).await?;
        let (current, role): (Option<String>, String) = (text(&row, 0)?, text(&row, 1)?);
        let alter = alter_role(connection).await?;
        let name = quoted(schema);
        match current {
            Some(current) if current == schema => Ok(()),
            Some(current) => Err(StoreError::failed(format!(
                "the database URL says schema={schema}, but connections look for tables in \
                 {current}: a pooler drops it. Run: {alter} SET search_path = {name}, and have the \
                 pooler connect anew"
            ))),
            // One that is missing is made with the first step of the schema.
            None if !exists(connection, schema).await? => Ok(()),
            None => Err(StoreError::failed(format!(
                "the schema {schema} of the database URL may not be used; run: GRANT USAGE, \
                 CREATE ON SCHEMA {name} TO {role}"
            ))),
        }
    }
}

/// Begins a command that decides with which settings connections begin.
async fn alter_role(connection: &mut PgConnection) -> Result<String, StoreError> {
    let asked = "SELECT format('ALTER ROLE %I IN DATABASE %I', current_user, current_database())";
    let row = one(connection, asked.to_owned()).await?;
    text(&row, 0)
}

/// A name as SQL has it, whatever is in it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Asks whether there is such a schema.
pub(super) fn existence(schema: &str) -> String {
    let name = schema.replace('\'', "''");
    format!("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = '{name}')::text")
}

async fn exists(connection: &mut PgConnection, schema: &str) -> Result<bool, StoreError> {
    let row = one(connection, existence(schema)).await?;
    Ok(text::<String>(&row, 0)? == "true")
}

/// Asks without preparing anything, which a pooler may not keep.
async fn one(connection: &mut PgConnection, sql: String) -> Result<PgRow, StoreError> {
    let asked = sqlx::raw_sql(sqlx::AssertSqlSafe(sql));
    asked.fetch_one(connection).await.map_err(driver_failed)
}

fn text<'r, T>(row: &'r PgRow, column: usize) -> Result<T, StoreError>
where
    T: sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    row.try_get(column).map_err(driver_failed)
}
