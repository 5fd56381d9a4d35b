//! Pages and walks, the same for every kind of row.

use basalt_domain::{
    Direction, Page, PageRequest, Position, Slice, SortKey, WalkRequest, ports::StoreError,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, Order,
    QueryFilter, QueryOrder, QueryResult, QuerySelect, QueryTrait, Select,
    sea_query::{Asterisk, Expr, Func},
};

use super::{Sea, row::Row};

/// An order by a column, then by the id in the same direction. There is an index for each.
#[derive(Clone, Copy)]
pub(super) struct Ordering<K> {
    pub(super) by: K,
    pub(super) id: K,
    pub(super) direction: Direction,
}

impl<K: ColumnTrait> Ordering<K> {
    fn apply<E: EntityTrait>(&self, rows: Select<E>) -> Select<E> {
        let order = match self.direction {
            Direction::Ascending => Order::Asc,
            Direction::Descending => Order::Desc,
        };
        rows.order_by(self.by, order.clone())
            .order_by(self.id, order)
    }

    /// `(key, id) > (?, ?)`: compared as one value, which the databases look up in an index. The
    /// same said with `OR` reads the index from its start.
    fn after(&self, position: &Position) -> Expr {
        let columns =
            Expr::tuple([self.by, self.id].map(|column| Expr::col(column.as_column_ref())));
        let key = match &position.key {
            SortKey::Time(time) => Expr::value(time.as_micros()),
            SortKey::Text(text) => Expr::value(text.as_str()),
        };
        let values = Expr::tuple([key, Expr::value(position.id)]);
        match self.direction {
            Direction::Ascending => columns.gt(values),
            Direction::Descending => columns.lt(values),
        }
    }
}

/// `rows` with the number of all rows of their table that pass `filter`, counted by the same
/// statement and so in the same snapshot, limited to one page.
pub(super) fn page_statement<E: EntityTrait, K: ColumnTrait>(
    rows: Select<E>,
    filter: &Condition,
    order: Ordering<K>,
    page: PageRequest,
) -> Select<E> {
    order
        .apply(rows.filter(filter.clone()))
        .expr_as(Expr::from(count::<E>(filter).into_query()), "total")
        .limit(u64::from(page.limit()))
        .offset(page.offset())
}

/// Reads the page. Past the end there is no row to carry the total, so it is counted; when by then
/// there are rows enough for the page, it is read again. Either way rows and total are of one
/// moment.
pub(super) async fn page<C, E, K, R>(
    sea: &Sea<C>,
    rows: Select<E>,
    filter: Condition,
    order: Ordering<K>,
    page: PageRequest,
) -> Result<Page<R::Item>, StoreError>
where
    C: ConnectionTrait,
    E: EntityTrait,
    K: ColumnTrait,
    R: Row,
{
    let statement = page_statement(rows, &filter, order, page);
    loop {
        let rows = statement.clone().into_model::<Counted<R>>();
        let found = sea.run(rows.all(sea.reader())).await?;
        if let Some(first) = found.first() {
            let total = first.total;
            let items = found.into_iter().map(|counted| counted.row.into_item());
            return Ok(Page {
                items: items.collect::<Result<_, _>>()?,
                total,
            });
        }
        if page.offset() == 0 {
            return Ok(Page::EMPTY);
        }
        let count = count::<E>(&filter).into_model::<Total>();
        let total = sea.run(count.one(sea.reader())).await?;
        let total = total.map_or(0, |Total(total)| total);
        if total <= page.offset() {
            let items = Vec::new();
            return Ok(Page { items, total });
        }
    }
}

/// The rows of a walk's next step, and one more to know whether rows follow.
pub(super) fn walk_statement<E: EntityTrait, K: ColumnTrait>(
    rows: Select<E>,
    filter: Condition,
    order: Ordering<K>,
    walk: &WalkRequest,
) -> Select<E> {
    let mut filter = filter;
    if let Some(position) = &walk.after {
        filter = filter.add(order.after(position));
    }
    order
        .apply(rows.filter(filter))
        .limit(u64::from(walk.limit()) + 1)
}

/// Reads the next step of a walk.
pub(super) async fn walk<C, E, K, R>(
    sea: &Sea<C>,
    rows: Select<E>,
    filter: Condition,
    order: Ordering<K>,
    walk: &WalkRequest,
) -> Result<Slice<R::Item>, StoreError>
where
    C: ConnectionTrait,
    E: EntityTrait,
    K: ColumnTrait,
    R: Row,
{
    let statement = walk_statement(rows, filter, order, walk).into_model::<R>();
    let found = sea.run(statement.all(sea.reader())).await?;
    let limit = walk.limit() as usize;
    Ok(Slice {
        has_more: found.len() > limit,
        items: found
            .into_iter()
            .take(limit)
            .map(R::into_item)
            .collect::<Result<_, _>>()?,
    })
}

fn count<E: EntityTrait>(filter: &Condition) -> Select<E> {
    E::find()
        .select_only()
        .expr_as(Func::count(Expr::col(Asterisk)), "total")
        .filter(filter.clone())
}

struct Counted<R> {
    row: R,
    total: u64,
}

impl<R: FromQueryResult> FromQueryResult for Counted<R> {
    fn from_query_result(result: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            row: R::from_query_result(result, prefix)?,
            total: Total::from_query_result(result, prefix)?.0,
        })
    }
}

struct Total(u64);

impl FromQueryResult for Total {
    fn from_query_result(result: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let total: i64 = result.try_get(prefix, "total")?;
        // A count is never negative; were it, no row would be the honest reading.
        Ok(Self(u64::try_from(total).unwrap_or(0)))
    }
}
