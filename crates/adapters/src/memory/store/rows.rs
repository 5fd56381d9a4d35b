//! Cuts pages and steps of a walk out of rows that pass a filter.

use std::cmp::Ordering;

use basalt_domain::{
    Direction, Page, PageRequest, Position, Slice, Sort, SortField, Total, WalkRequest,
};

/// The page of `rows` in the order of `sort`.
pub(super) fn page<F: SortField>(
    rows: Vec<F::Item>,
    sort: Sort<F>,
    request: PageRequest,
) -> Page<F::Item> {
    let total = Total::exact(rows.len() as u64);
    let offset = usize::try_from(request.offset()).unwrap_or(usize::MAX);
    let items = ordered(rows, sort)
        .into_iter()
        .skip(offset)
        .take(request.limit() as usize)
        .map(|(_, row)| row)
        .collect();
    Page { items, total }
}

/// The rows of `rows` behind the position of `request` in the order of `sort`.
pub(super) fn walk<F: SortField>(
    rows: Vec<F::Item>,
    sort: Sort<F>,
    request: &WalkRequest,
) -> Slice<F::Item> {
    let limit = request.limit() as usize;
    let is_behind = |position: &Position| {
        let after = request.after.as_ref();
        after.is_none_or(|after| compare(position, after, sort.direction) == Ordering::Greater)
    };
    let found = ordered(rows, sort)
        .into_iter()
        .filter(|(position, _)| is_behind(position))
        .take(limit + 1)
        .map(|(_, row)| row)
        .collect();
    Slice::cut(found, request.limit(), sort.by)
}

fn ordered<F: SortField>(rows: Vec<F::Item>, sort: Sort<F>) -> Vec<(Position, F::Item)> {
    let mut rows: Vec<_> = rows.into_iter().map(|row| (sort.by.position(&row), row)).collect();
    rows.sort_by(|(one, _), (other, _)| compare(one, other, sort.direction));
    rows
}

fn compare(one: &Position, other: &Position, direction: Direction) -> Ordering {
    let ascending = (&one.key, one.id).cmp(&(&other.key, other.id));
    match direction {
        Direction::Ascending => ascending,
        Direction::Descending => ascending.reverse(),
    }
}
