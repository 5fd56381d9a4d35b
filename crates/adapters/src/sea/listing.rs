//! Pages and steps of a walk, the same for every kind of row, each by one statement: the keys of the
//! rows from an index, then the rows and what belongs to them, and beside them the total and the
//! version of the lists, all of one snapshot. What a search looks at stands in `searching.rs`.

use basalt_domain::{
    Direction, ListVersion, Page, PageRequest, Position, Slice, Sort, SortField, SortKey,
    Timestamp, Total, WalkRequest, ports::StoreError,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};

use super::{Sea, failure::store_error, list_states, row::Row, searching::Search, sql::Sql};

/// A page is planned for so many rows at most, however many are asked for: a bound value says
/// nothing to a planner.
pub(super) const MOST: u32 = PageRequest::MAX_LIMIT + 1;

/// What all lists of one kind have in common.
pub(super) struct ListTable {
    pub(super) name: &'static str,
    /// What a [`Row`] is read from, of the row `r` and what is joined to it.
    pub(super) columns: &'static str,
    pub(super) joins: &'static str,
    /// The folded texts that a search looks at.
    pub(super) searched: [&'static str; 2],
    /// An expression of the bytes that a search has to read of a row.
    pub(super) size: &'static str,
}

/// Which rows of a table, and how they are counted.
pub(super) struct Rows {
    /// Conditions of which there are few. They are spelled out, since one plan is made for all values
    /// that are bound, and a partial index is used only where the plan knows the value.
    pub(super) fixed: Vec<&'static str>,
    /// Columns and the values that they have to have.
    pub(super) bound: Vec<(&'static str, Value)>,
    pub(super) search: Option<String>,
    /// The sum of `current_list_state` that counts them; without it they are counted themselves, as far as
    /// pages reach.
    pub(super) sum: Option<&'static str>,
}

/// An order by a column, then by the id in the same direction. There is an index for each.
#[derive(Clone, Copy)]
pub(super) struct Order {
    pub(super) by: &'static str,
    /// The id decides nothing, and is not in the index.
    pub(super) is_unique: bool,
    pub(super) direction: Direction,
}

impl Order {
    /// `ORDER BY`'s, with the column called `by`.
    pub(super) fn of(self, by: &str, id: &str) -> String {
        let direction = match self.direction {
            Direction::Ascending => "ASC",
            Direction::Descending => "DESC",
        };
        if self.is_unique {
            return format!("{by} {direction}");
        }
        format!("{by} {direction}, {id} {direction}")
    }
}

impl Rows {
    /// `WHERE`'s, on one table alone.
    pub(super) fn condition(
        &self,
        order: Order,
        after: Option<&Position>,
        sql: &mut Sql,
    ) -> String {
        let mut all: Vec<_> = self.fixed.iter().map(|condition| (*condition).to_owned()).collect();
        for (column, value) in &self.bound {
            all.push(format!("{column} = {}", sql.bind(value.clone())));
        }
        if let Some(position) = after {
            all.push(is_after(order, position, sql));
        }
        if all.is_empty() {
            return "1 = 1".to_owned();
        }
        all.join(" AND ")
    }
}

/// `(key, id) > (?, ?)`: compared as one value, which the databases look up in an index. The same
/// said with `OR` reads the index from its start.
fn is_after(order: Order, position: &Position, sql: &mut Sql) -> String {
    let key = match &position.key {
        SortKey::Time(time) => sql.bind(time.as_micros()),
        SortKey::Text(text) => sql.bind(text.as_str()),
    };
    let sign = match order.direction {
        Direction::Ascending => '>',
        Direction::Descending => '<',
    };
    if order.is_unique {
        return format!("{} {sign} {key}", order.by);
    }
    let id = sql.bind(position.id);
    format!("({}, id) {sign} ({key}, {id})", order.by)
}

/// The statement of a page. Its rows begin with [`PAGE_HEAD`]; where the page is empty, there is one
/// row with nothing else.
pub(super) fn page_statement(
    table: &ListTable,
    rows: &Rows,
    order: Order,
    page: PageRequest,
    sql: &mut Sql,
) {
    let condition = rows.condition(order, None, sql);
    let total = match rows.sum {
        Some(sum) => sum.to_owned(),
        None => format!(
            "(SELECT count(*) FROM (SELECT 1 FROM {} WHERE {condition} LIMIT {}) AS counted)",
            table.name,
            PageRequest::MAX_DEPTH + 1
        ),
    };
    let (limit, offset) = window(page, sql);
    let ListTable { name, columns, joins, .. } = table;
    let Order { by, .. } = order;
    let (keys, shown) = (order.of(by, "id"), order.of(&format!("r.{by}"), "r.id"));
    sql.push(&format!(
        "SELECT {total}, state.version, FALSE, {columns} FROM current_list_state AS state \
         LEFT JOIN (SELECT id FROM (SELECT id FROM {name} WHERE {condition} \
         ORDER BY {keys} LIMIT {limit} OFFSET {offset}) AS bounded LIMIT {MOST}) AS keys ON 1 = 1 \
         LEFT JOIN {name} AS r ON r.id = keys.id {joins} ORDER BY {shown}"
    ));
}

/// The statement of a step of a walk: one row more than it shows, to know whether rows follow.
pub(super) fn walk_statement(
    table: &ListTable,
    rows: &Rows,
    order: Order,
    walk: &WalkRequest,
    sql: &mut Sql,
) {
    let condition = rows.condition(order, walk.after.as_ref(), sql);
    let limit = sql.bind_rows(i64::from(walk.limit()) + 1);
    let ListTable { name, columns, joins, .. } = table;
    let Order { by, .. } = order;
    let (keys, shown) = (order.of(by, "id"), order.of(&format!("r.{by}"), "r.id"));
    sql.push(&format!(
        "SELECT {columns} FROM (SELECT id FROM (SELECT id FROM {name} WHERE {condition} \
         ORDER BY {keys} LIMIT {limit}) AS bounded LIMIT {MOST}) AS keys \
         JOIN {name} AS r ON r.id = keys.id {joins} ORDER BY {shown}"
    ));
}

/// `LIMIT`'s and `OFFSET`'s.
pub(super) fn window(page: PageRequest, sql: &mut Sql) -> (String, String) {
    // At most a hundred times ten thousand.
    let offset = i64::try_from(page.offset()).unwrap_or(i64::MAX);
    let limit = i64::from(page.limit());
    (sql.bind_rows(limit), sql.bind_rows(offset))
}

/// Reads a page.
pub(super) async fn page<C, R>(
    sea: &Sea<C>,
    table: &ListTable,
    rows: &Rows,
    order: Order,
    page: PageRequest,
) -> Result<(Page<R::Item>, ListVersion), StoreError>
where
    C: ConnectionTrait,
    R: Row,
{
    let mut sql = Sql::new(sea.backend());
    match &rows.search {
        Some(text) => Search { table, rows, order, text }.page_statement(page, &mut sql),
        None => page_statement(table, rows, order, page, &mut sql),
    }
    let found = all(sea, sql).await?;
    let first = found.first();
    let first = first.ok_or_else(|| StoreError::corrupt("a list without so much as a total"))?;
    let (total, version) = head(first, rows).map_err(store_error)?;
    let page = Page { items: items::<R>(&found, PAGE_HEAD)?, total };
    Ok((page, list_states::parse(version.as_deref())?))
}

/// Reads the next step of a walk.
pub(super) async fn walk<C, R, F>(
    sea: &Sea<C>,
    table: &ListTable,
    rows: &Rows,
    (sort, order): (Sort<F>, Order),
    walk: &WalkRequest,
) -> Result<Slice<R::Item>, StoreError>
where
    C: ConnectionTrait,
    R: Row,
    F: SortField<Item = R::Item>,
{
    let mut sql = Sql::new(sea.backend());
    let Some(text) = &rows.search else {
        walk_statement(table, rows, order, walk, &mut sql);
        let found = items::<R>(&all(sea, sql).await?, 0)?;
        return Ok(Slice::cut(found, walk.limit(), sort.by));
    };
    let search = Search { table, rows, order, text };
    search.walk_statement(walk, &mut sql);
    let found = all(sea, sql).await?;
    let slice = Slice::cut(items::<R>(&found, EDGE)?, walk.limit(), sort.by);
    let edge = found.first().map(|row| edge(row, sort.by.is_time()));
    let edge = edge.transpose().map_err(store_error)?.flatten();
    Ok(Slice { next: slice.next.or(edge), ..slice })
}

async fn all<C: ConnectionTrait>(sea: &Sea<C>, sql: Sql) -> Result<Vec<QueryResult>, StoreError> {
    let statement = sql.into_statement();
    Ok(sea.run(sea.reader().query_all_raw(statement)).await?)
}

/// The rows whose columns begin at `at`. Where there is none, the statement answers with nulls.
fn items<R: Row>(found: &[QueryResult], at: usize) -> Result<Vec<R::Item>, StoreError> {
    let mut items = Vec::with_capacity(found.len());
    for row in found {
        if let Some(row) = R::read(row, at).map_err(store_error)? {
            items.push(row.into_item()?);
        }
    }
    Ok(items)
}

/// Columns of a page before those of its rows: the total, the version of the lists, and whether
/// there may be more than was looked at.
pub(super) const PAGE_HEAD: usize = 3;

fn head(row: &QueryResult, rows: &Rows) -> Result<(Total, Option<String>), DbErr> {
    let total: Option<i64> = row.try_get_by_index(0)?;
    // A count is never negative; were it, no row would be the honest reading.
    let total = u64::try_from(total.unwrap_or(0)).unwrap_or(0);
    let is_cut: bool = row.try_get_by_index(2)?;
    let total = match rows.sum {
        Some(_) if rows.search.is_none() => Total::exact(total),
        _ => {
            let counted = Total::counted(total);
            Total { is_exact: counted.is_exact && !is_cut, ..counted }
        }
    };
    Ok((total, row.try_get_by_index(1)?))
}

/// Columns of a step of a search before those of its rows: whether it has ended before the list did,
/// and where.
pub(super) const EDGE: usize = 3;

fn edge(row: &QueryResult, is_time: bool) -> Result<Option<Position>, DbErr> {
    let is_cut: Option<bool> = row.try_get_by_index(0)?;
    if is_cut != Some(true) {
        return Ok(None);
    }
    let key = if is_time {
        let micros: i64 = row.try_get_by_index(1)?;
        let time = Timestamp::from_micros(micros);
        let time = time.ok_or_else(|| DbErr::Type("no calendar reaches that far".to_owned()))?;
        SortKey::Time(time)
    } else {
        SortKey::Text(row.try_get_by_index(1)?)
    };
    Ok(Some(Position { key, id: row.try_get_by_index(2)? }))
}
