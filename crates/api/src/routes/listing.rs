//! What all lists take: pages and walks, and an order.

use std::fmt::Write;

use basalt_domain::{
    FieldCode, Invalid, PageRequest, PageTooDeep, SearchTerm, Slice, Sort, SortField, Total,
    WalkRequest,
};

use crate::{
    error::ApiError,
    extract::Fields,
    http::{
        cursor::{Cursor, List},
        keys::Keys,
        link::Links,
    },
    views::Pagination,
};

/// The parameters that all lists take, as they were asked for.
pub(super) struct ListFields<F> {
    page: Option<u64>,
    limit: Option<u64>,
    cursor: Option<String>,
    sort: Option<Sort<F>>,
}

/// A part of a list, by number or by position.
pub(super) enum Window {
    Page(PageRequest),
    Walk(WalkRequest),
}

impl<F: SortField> ListFields<F> {
    pub(super) fn read(fields: &mut Fields<'_>) -> Self {
        let is_walk = fields.has_parameter("cursor");
        let page = fields.parameter("page", |raw| {
            if is_walk {
                let message = "page can't be combined with cursor";
                return Err(Invalid::new(FieldCode::NotAllowed, message));
            }
            positive("page", raw)
        });
        Self {
            page,
            limit: fields.parameter("limit", |raw| positive("limit", raw)),
            cursor: fields.parameter("cursor", |raw| Ok(raw.to_owned())),
            sort: fields.parameter("sort", sort),
        }
    }

    /// The part of the list that is asked for, and its order.
    pub(super) fn resolve(
        &self,
        list: List<'_>,
        keys: &Keys,
    ) -> Result<(Window, Sort<F>), ApiError> {
        let limit = self.limit.unwrap_or(u64::from(PageRequest::DEFAULT_LIMIT));
        let Some(cursor) = &self.cursor else {
            let page = PageRequest::new(self.page.unwrap_or(1), limit);
            let page = page.map_err(|PageTooDeep| ApiError::PageTooDeep)?;
            return Ok((Window::Page(page), self.sort.unwrap_or_default()));
        };
        if cursor.is_empty() {
            let start = WalkRequest::new(None, limit);
            return Ok((Window::Walk(start), self.sort.unwrap_or_default()));
        }
        let cursor = Cursor::<F>::decode(cursor, list, keys).ok_or(ApiError::InvalidCursor)?;
        if self.sort.is_some_and(|sort| sort != cursor.sort) {
            return Err(ApiError::InvalidCursor);
        }
        let walk = WalkRequest::new(Some(cursor.position), limit);
        Ok((Window::Walk(walk), cursor.sort))
    }
}

/// The filters of a list, in one spelling: for links, and for the cursors of this list alone.
#[derive(Default)]
pub(super) struct Filters(Vec<(&'static str, String)>);

impl Filters {
    pub(super) fn add(&mut self, name: &'static str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.0.push((name, value.to_string()));
        }
    }

    /// The filters as a cursor is bound to them.
    pub(super) fn canonical(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.0 {
            let _ = write!(text, "{name}={}:{value};", value.len());
        }
        text
    }

    /// Links to the pages around this one. Rows beyond the depth that pages reach get none.
    pub(super) fn page_links<F: SortField>(
        &self,
        sort: Sort<F>,
        page: PageRequest,
        total: Total,
    ) -> String {
        let mut kept = self.0.clone();
        if sort != Sort::default() {
            kept.push(("sort", spelled(sort)));
        }
        let limit = page.limit().to_string();
        let last = total.rows.div_ceil(u64::from(page.limit())).max(1);
        let number = u64::from(page.number());
        let reachable = |n: &u64| PageRequest::new(*n, u64::from(page.limit())).is_ok();
        let mut links = Links::new(&kept);
        let targets = [
            ("first", Some(1)),
            ("last", Some(last).filter(reachable)),
            ("prev", (number > 1).then(|| (number - 1).min(last))),
            ("next", Some(number + 1).filter(|n| *n <= last && reachable(n))),
        ];
        for (relation, target) in targets {
            if let Some(target) = target {
                links.add(relation, &[("page", &target.to_string()), ("limit", &limit)]);
            }
        }
        links.finish()
    }

    /// A step's place in the walk: its pagination, and the link to the next step.
    pub(super) fn walk_links<F: SortField>(
        &self,
        list: List<'_>,
        sort: Sort<F>,
        limit: u32,
        slice: &Slice<F::Item>,
        keys: &Keys,
    ) -> (Pagination, String) {
        let next = slice.next.clone();
        let next = next.map(|position| Cursor { sort, position }.encode(list, keys));
        let mut links = Links::new(&self.0);
        if let Some(next) = &next {
            links.add("next", &[("cursor", next), ("limit", &limit.to_string())]);
        }
        (Pagination::Walk { limit, next }, links.finish())
    }
}

fn spelled<F: SortField>(sort: Sort<F>) -> String {
    let sign = match sort.direction {
        basalt_domain::Direction::Ascending => "",
        basalt_domain::Direction::Descending => "-",
    };
    format!("{sign}{}", sort.by.as_str())
}

pub(super) fn search(fields: &mut Fields<'_>) -> Option<SearchTerm> {
    fields.parameter("search", SearchTerm::parse).flatten()
}

pub(super) fn flag(fields: &mut Fields<'_>, name: &'static str) -> Option<bool> {
    fields.parameter(name, |raw| match raw {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => {
            let message = format!("{name} must be true or false");
            Err(Invalid::new(FieldCode::InvalidType, message))
        }
    })
}

fn sort<F: SortField>(raw: &str) -> Result<Sort<F>, Invalid> {
    Sort::parse(raw).ok_or_else(|| {
        let names: Vec<_> = F::ALL.iter().map(|field| field.as_str()).collect();
        let message =
            format!("sort must be one of {}, with - before it to turn it round", names.join(", "));
        Invalid::new(FieldCode::NotAllowed, message)
    })
}

/// A whole number from 1, with any number of digits: what no `u64` holds is as good as its largest
/// value. Only digits: `parse` would take `+1`.
fn positive(name: &str, raw: &str) -> Result<u64, Invalid> {
    let is_number = !raw.is_empty() && raw.bytes().all(|b| b.is_ascii_digit());
    let number = is_number.then(|| raw.parse().unwrap_or(u64::MAX));
    number.filter(|n| *n > 0).ok_or_else(|| {
        let message = format!("{name} must be a whole number from 1");
        Invalid::new(FieldCode::OutOfRange, message)
    })
}
