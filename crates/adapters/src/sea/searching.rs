//! A search looks at the first rows of its list, as many as a request may cost, and at no index of
//! texts: such an index makes a rare word cheap and a frequent one, whose rows have to be sorted,
//! as dear as the table is large, and each write pays for it.

use basalt_domain::{PageRequest, Position, WalkRequest};

use super::{
    dialect,
    listing::{ListTable, MOST, Order, Rows, window},
    sql::Sql,
};

/// How many rows one request looks at.
pub(super) const MOST_ROWS: u64 = 10_000;
/// How many bytes of text, but for the last row's.
pub(super) const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// A list of the rows that hold `text`.
pub(super) struct Search<'a> {
    pub(super) table: &'a ListTable,
    pub(super) rows: &'a Rows,
    pub(super) order: Order,
    pub(super) text: &'a str,
}

impl Search<'_> {
    /// The statement of a page. Its rows begin with the total that was found, the version of the
    /// lists, and whether the list goes on behind what was looked at.
    pub(super) fn page_statement(&self, page: PageRequest, sql: &mut Sql) {
        let most = PageRequest::MAX_DEPTH + 1;
        self.push_tables(None, &most.to_string(), sql);
        let (limit, offset) = window(page, sql);
        let (columns, keys) = (self.table.columns, self.order.of("key", "id"));
        sql.push(&format!(
            "SELECT (SELECT count(*) FROM found), state.version, \
             coalesce((SELECT is_cut FROM edge), FALSE), {columns} \
             FROM current_list_state AS state \
             LEFT JOIN (SELECT id FROM (SELECT id FROM found \
             ORDER BY {keys} LIMIT {limit} OFFSET {offset}) AS bounded LIMIT {MOST}) AS keys ON 1 = 1"
        ));
        self.push_rows(sql);
    }

    /// The statement of a step of a walk. Its rows begin with whether the list goes on behind what
    /// was looked at, and where that is; with nulls where more was found than the step shows.
    pub(super) fn walk_statement(&self, walk: &WalkRequest, sql: &mut Sql) {
        let most = sql.bind_rows(i64::from(walk.limit()) + 1);
        self.push_tables(walk.after.as_ref(), &most, sql);
        let columns = self.table.columns;
        sql.push(&format!(
            "SELECT edge.is_cut, edge.key, edge.id, {columns} FROM (SELECT 1) AS one \
             LEFT JOIN (SELECT is_cut, key, id FROM edge \
             WHERE (SELECT count(*) FROM found) < {most}) AS edge ON 1 = 1 \
             LEFT JOIN (SELECT id FROM found LIMIT {MOST}) AS keys ON 1 = 1"
        ));
        self.push_rows(sql);
    }

    /// `near`: the rows that are looked at, with their number and the bytes up to their end. `found`:
    /// at most `most` of them that hold the text. `edge`: the last of them.
    fn push_tables(&self, after: Option<&Position>, most: &str, sql: &mut Sql) {
        let ListTable { name, searched: [a, b], size, .. } = self.table;
        let by = self.order.by;
        let condition = self.rows.condition(self.order, after, sql);
        let (column_keys, keys) = (self.order.of(by, "id"), self.order.of("key", "id"));
        let [in_a, in_b] = ["a", "b"].map(|text| dialect::contains(text, self.text, sql));
        sql.push(&format!(
            "WITH near AS NOT MATERIALIZED (\
             SELECT key, id, a, b, size, row_number() OVER (ORDER BY {keys}) AS n, \
             sum(size) OVER (ORDER BY {keys} ROWS UNBOUNDED PRECEDING) AS bytes \
             FROM (SELECT {by} AS key, id, {a} AS a, {b} AS b, {size} AS size FROM {name} \
             WHERE {condition} ORDER BY {column_keys} LIMIT {MOST_ROWS}) AS row_sizes), \
             found AS MATERIALIZED (\
             SELECT key, id FROM near WHERE bytes - size < {MOST_BYTES} AND ({in_a} OR {in_b}) \
             ORDER BY {keys} LIMIT {most}), \
             edge AS MATERIALIZED (\
             SELECT key, id, n >= {MOST_ROWS} OR bytes >= {MOST_BYTES} AS is_cut FROM near \
             WHERE bytes - size < {MOST_BYTES} ORDER BY n DESC LIMIT 1) "
        ));
    }

    fn push_rows(&self, sql: &mut Sql) {
        let ListTable { name, joins, .. } = self.table;
        let shown = self.order.of(&format!("r.{}", self.order.by), "r.id");
        sql.push(&format!(" LEFT JOIN {name} AS r ON r.id = keys.id {joins} ORDER BY {shown}"));
    }
}
