//! Pages, walks and orders.

use uuid::Uuid;

use crate::Timestamp;

/// Asks for one page by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PageRequest {
    number: u32,
    limit: u32,
}

/// The page lies beyond the rows that can be reached by number; a walk reaches them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a page by number reaches the first {} rows; use cursor to go deeper",
    PageRequest::MAX_DEPTH
)]
pub struct PageTooDeep;

impl PageRequest {
    /// Rows on a page when nothing is said.
    pub const DEFAULT_LIMIT: u32 = 10;
    /// The most rows on a page.
    pub const MAX_LIMIT: u32 = 100;
    /// The last row that a page by number may show: an offset costs what it skips.
    pub const MAX_DEPTH: u64 = 10_000;

    /// Page `number`, from 1, of `limit` rows; a `limit` over [`Self::MAX_LIMIT`] is that.
    ///
    /// # Panics
    /// When either is 0: the edge has to refuse that before.
    pub fn new(number: u64, limit: u64) -> Result<Self, PageTooDeep> {
        assert!(number > 0 && limit > 0, "pages and limits start at 1");
        let limit = clamp_limit(limit);
        let depth = number.checked_mul(u64::from(limit)).ok_or(PageTooDeep)?;
        if depth > Self::MAX_DEPTH {
            return Err(PageTooDeep);
        }
        let number = u32::try_from(number).map_err(|_| PageTooDeep)?;
        Ok(Self { number, limit })
    }

    /// The page's number, from 1.
    pub const fn number(self) -> u32 {
        self.number
    }

    /// Rows on a page.
    pub const fn limit(self) -> u32 {
        self.limit
    }

    /// Rows before the page.
    pub fn offset(self) -> u64 {
        u64::from(self.number - 1) * u64::from(self.limit)
    }
}

#[allow(clippy::cast_possible_truncation, reason = "at most MAX_LIMIT")]
fn clamp_limit(limit: u64) -> u32 {
    limit.min(u64::from(PageRequest::MAX_LIMIT)) as u32
}

/// How many rows a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// All of them, or as many as were looked at.
    pub rows: u64,
    /// False where there may be more: counting them all would cost what the table holds.
    pub is_exact: bool,
}

impl Total {
    /// All rows.
    pub const fn exact(rows: u64) -> Self {
        Self { rows, is_exact: true }
    }

    /// What a count found that ends one row after [`PageRequest::MAX_DEPTH`]: pages reach no
    /// further.
    pub fn counted(rows: u64) -> Self {
        Self { rows: rows.min(PageRequest::MAX_DEPTH), is_exact: rows <= PageRequest::MAX_DEPTH }
    }
}

/// The rows of one page and the number of all, of the same snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// The rows that the filter lets through.
    pub total: Total,
}

impl<T> Page<T> {
    /// A page of nothing.
    pub const EMPTY: Self = Self { items: Vec::new(), total: Total::exact(0) };
}

/// Asks for the rows after a position; costs the same at any depth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalkRequest {
    /// Where the last row of the step before stands; `None` starts.
    pub after: Option<Position>,
    limit: u32,
}

impl WalkRequest {
    /// At most `limit` rows after `after`; a `limit` over [`PageRequest::MAX_LIMIT`] is that.
    pub fn new(after: Option<Position>, limit: u64) -> Self {
        Self { after, limit: clamp_limit(limit) }
    }

    /// Rows at most.
    pub const fn limit(&self) -> u32 {
        self.limit
    }
}

/// One step of a walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice<T> {
    /// The rows of this step: fewer than asked for, none even, where a search has looked at as many
    /// rows as one step may.
    pub items: Vec<T>,
    /// Where the next step begins; `None` at the end.
    pub next: Option<Position>,
}

impl<T> Slice<T> {
    /// A step of at most `limit` rows, of `found` in their order, which hold one row more where
    /// there is one.
    pub fn cut<F: SortField<Item = T>>(mut found: Vec<T>, limit: u32, by: F) -> Self {
        let limit = limit as usize;
        let has_more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| has_more);
        Self { next: next.map(|last| by.position(last)), items: found }
    }
}

/// Where a row stands in an order: its sort key, and its id among rows with an equal key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The value sorted by.
    pub key: SortKey,
    /// The tie-break.
    pub id: Uuid,
}

/// A value that rows are sorted by, in the form the stores compare.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortKey {
    /// Compared as time.
    Time(Timestamp),
    /// Folded text, compared by code point.
    Text(String),
}

/// Which way an order runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// An order: by a field, then by id in the same direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sort<F> {
    /// The field sorted by first.
    pub by: F,
    /// The direction of field and id.
    pub direction: Direction,
}

/// An allow list of fields that a kind of thing can be sorted by.
pub trait SortField: Copy + PartialEq + 'static {
    /// What is sorted.
    type Item;
    /// Sorted by when nothing is said.
    const DEFAULT: Self;
    /// All of them.
    const ALL: &'static [Self];
    /// The field as clients spell it.
    fn as_str(self) -> &'static str;
    /// Where `item` stands in the order by this field.
    fn position(self, item: &Self::Item) -> Position;
    /// True when the field's [`SortKey`] is a time.
    fn is_time(self) -> bool;
}

impl<F: SortField> Default for Sort<F> {
    /// Newest first.
    fn default() -> Self {
        Self { by: F::DEFAULT, direction: Direction::Descending }
    }
}

impl<F: SortField> Sort<F> {
    /// Reads `field` or `-field`; `None` when it is not in the list.
    pub fn parse(raw: &str) -> Option<Self> {
        let (name, direction) = match raw.strip_prefix('-') {
            Some(name) => (name, Direction::Descending),
            None => (raw, Direction::Ascending),
        };
        let by = F::ALL.iter().copied().find(|field| field.as_str() == name)?;
        Some(Self { by, direction })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PostSortField, UserSortField};
    use proptest::prelude::*;

    #[test]
    fn a_page_ends_at_ten_thousand_rows() {
        assert!(PageRequest::new(1_000, 10).is_ok());
        assert_eq!(PageRequest::new(1_001, 10), Err(PageTooDeep));
        assert_eq!(PageRequest::new(u64::MAX, 10), Err(PageTooDeep));
        assert!(PageTooDeep.to_string().contains("cursor"));
    }

    #[test]
    fn a_limit_over_a_hundred_is_a_hundred() {
        let page = PageRequest::new(2, u64::MAX).unwrap();
        assert_eq!((page.limit(), page.offset()), (100, 100));
    }

    #[test]
    fn a_count_is_exact_as_far_as_pages_reach() {
        for (rows, shown, is_exact) in [
            (0, 0, true),
            (1, 1, true),
            (10_000, 10_000, true),
            (10_001, 10_000, false),
            (u64::MAX, 10_000, false),
        ] {
            let expected = Total { rows: shown, is_exact };
            assert_eq!(Total::counted(rows), expected, "{rows}");
        }
        assert_eq!(Total::exact(10_001).rows, 10_001);
    }

    /// Sorted by their own value.
    #[derive(Clone, Copy, PartialEq)]
    struct ByNumber;

    impl SortField for ByNumber {
        type Item = u128;
        const DEFAULT: Self = Self;
        const ALL: &'static [Self] = &[Self];

        fn as_str(self) -> &'static str {
            "number"
        }

        fn position(self, number: &u128) -> Position {
            Position { key: SortKey::Text(number.to_string()), id: Uuid::from_u128(*number) }
        }

        fn is_time(self) -> bool {
            false
        }
    }

    #[test]
    fn a_step_goes_on_behind_its_last_row_where_one_row_more_was_found() {
        for (found, items, last) in [
            (vec![], vec![], None),
            (vec![1, 2], vec![1, 2], None),
            (vec![1, 2, 3], vec![1, 2, 3], None),
            (vec![1, 2, 3, 4], vec![1, 2, 3], Some(3)),
            (vec![1, 2, 3, 4, 5], vec![1, 2, 3], Some(3)),
        ] {
            let slice = Slice::cut(found, 3, ByNumber);
            assert_eq!(slice.items, items);
            assert_eq!(slice.next, last.map(|last| ByNumber.position(&last)));
        }
    }

    #[test]
    fn sort_takes_the_listed_fields_and_a_leading_minus() {
        let sort = Sort::<PostSortField>::parse("-title").unwrap();
        assert_eq!((sort.by, sort.direction), (PostSortField::Title, Direction::Descending));
        assert!(Sort::<UserSortField>::parse("title").is_none());
        for refused in ["", "-", "--name", "NAME", "name,email"] {
            assert!(Sort::<UserSortField>::parse(refused).is_none(), "{refused}");
        }
    }

    proptest! {
        #[test]
        fn no_page_shows_a_row_beyond_the_depth(number in 1..u64::MAX, limit in 1..u64::MAX) {
            if let Ok(page) = PageRequest::new(number, limit) {
                prop_assert!(page.offset() + u64::from(page.limit()) <= PageRequest::MAX_DEPTH);
            }
        }
    }
}
