//! From stored values into the domain.

use std::fmt::Display;

use basalt_domain::{Invalid, Role, Timestamp, ports::StoreError};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};

use super::{Sea, failure::store_error, listing::ListTable, sql::Sql};

/// A row as it is stored, on its way into the domain.
pub(super) trait Row: Sized + Send + Sync {
    type Item: Send;

    /// Reads the columns from the one at `at` on; `None` where there are nulls instead of a row.
    fn read(row: &QueryResult, at: usize) -> Result<Option<Self>, DbErr>;

    /// Reads every value through its door. A value that the domain does not take is
    /// [`StoreError::Corrupt`].
    fn into_item(self) -> Result<Self::Item, StoreError>;
}

/// The row of `table` in which a column, by its full name, has a value that is unique there.
pub(super) async fn find<C: ConnectionTrait, R: Row>(
    sea: &Sea<C>,
    table: &ListTable,
    (column, value): (&str, Value),
) -> Result<Option<R::Item>, StoreError> {
    let ListTable { name, columns, joins, .. } = table;
    let mut sql = Sql::new(sea.backend());
    let value = sql.bind(value);
    sql.push(&format!("SELECT {columns} FROM {name} AS r {joins} WHERE {column} = {value}"));
    let found = sea.reader().query_one_raw(sql.into_statement());
    let row = sea.run(found).await?;
    let row = row.map(|row| R::read(&row, 0)).transpose();
    row.map_err(store_error)?.flatten().map(R::into_item).transpose()
}

/// Names a row, for the error that says what is wrong with it. Never shows a value: it may be an
/// e-mail address.
pub(super) struct Source<'a, I> {
    pub(super) table: &'static str,
    pub(super) id: &'a I,
}

impl<I: Display> Source<'_, I> {
    pub(super) fn corrupt(&self, column: &str, why: impl Display) -> StoreError {
        let Self { table, id } = self;
        StoreError::corrupt(format!("{table} {id}: {column}: {why}"))
    }

    pub(super) fn text<T>(
        &self,
        column: &str,
        parse: fn(&str) -> Result<T, Invalid>,
        stored: &str,
    ) -> Result<T, StoreError> {
        parse(stored).map_err(|invalid| self.corrupt(column, invalid.message))
    }

    pub(super) fn time(&self, column: &str, stored: i64) -> Result<Timestamp, StoreError> {
        Timestamp::from_micros(stored)
            .ok_or_else(|| self.corrupt(column, "no calendar reaches that far"))
    }

    pub(super) fn role(&self, stored: &str) -> Result<Role, StoreError> {
        Role::parse(stored).ok_or_else(|| self.corrupt("role", "no role has this name"))
    }
}
