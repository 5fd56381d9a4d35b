//! Answers that are lists.

use std::{fmt::Write, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{ETAG, HeaderValue, LINK},
    },
};
use basalt_domain::{PageRequest, Stamp, Total};
use bytes::Bytes;
use moka::sync::Cache;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::reply::{json, not_modified};
use crate::http::etag;

/// Bytes of rendered pages that are kept.
const MAX_KEPT_BYTES: u64 = 32 * 1_024 * 1_024;

/// What a list says of itself.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Pagination {
    /// A page by number.
    #[serde(rename_all = "camelCase")]
    Page { page: u32, limit: u32, total: u64, pages: u64, total_is_exact: bool },
    /// A step of a walk.
    Walk { limit: u32, next: Option<String> },
}

impl Pagination {
    pub(crate) fn of_page(page: PageRequest, total: Total) -> Self {
        Self::Page {
            page: page.number(),
            limit: page.limit(),
            total: total.rows,
            pages: total.rows.div_ceil(u64::from(page.limit())),
            total_is_exact: total.is_exact,
        }
    }
}

#[derive(Serialize)]
struct List<'a, V> {
    success: bool,
    data: &'a [V],
    pagination: &'a Pagination,
}

/// A list, ready to be sent: its bytes, its links and its tag.
pub(crate) struct RenderedPage {
    body: Bytes,
    link: Option<HeaderValue>,
    tag: String,
    tag_value: HeaderValue,
}

impl RenderedPage {
    pub(crate) fn new<V: Serialize>(data: &[V], pagination: &Pagination, link: &str) -> Self {
        let list = List { success: true, data, pagination };
        let body = serde_json::to_vec(&list).expect("views can be written");
        let tag = weak_tag(&body);
        Self {
            body: body.into(),
            link: HeaderValue::from_str(link).ok().filter(|link| !link.is_empty()),
            tag_value: etag::value(&tag),
            tag,
        }
    }

    /// The body.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }
}

/// A weak tag from the bytes themselves: the same on every replica.
fn weak_tag(body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    let mut tag = String::from("W/\"");
    for byte in &digest[..12] {
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

/// Rendered pages by the stamp of the page they show. Serialising a page costs more than all the
/// rest of a cached request, and equal stamps mean equal pages.
pub(crate) struct RenderedPages(Cache<Stamp, Arc<RenderedPage>>);

impl RenderedPages {
    pub(crate) fn new() -> Self {
        let weigh = |_: &Stamp, page: &Arc<RenderedPage>| {
            u32::try_from(page.body.len() + 512).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(MAX_KEPT_BYTES).weigher(weigh).build())
    }

    /// The page with this stamp, rendered at most once while it is kept.
    pub(crate) fn get(
        &self,
        stamp: Stamp,
        render: impl FnOnce() -> RenderedPage,
    ) -> Arc<RenderedPage> {
        if let Some(page) = self.0.get(&stamp) {
            return page;
        }
        let page = Arc::new(render());
        self.0.insert(stamp, Arc::clone(&page));
        page
    }
}

/// The answer with a list. With `tagged`, 304 when the client has it already.
pub(crate) fn listing(request: &HttpRequest, page: &RenderedPage, tagged: bool) -> HttpResponse {
    if tagged && etag::is_not_modified(request.headers(), &page.tag) {
        return not_modified(page.tag_value.clone());
    }
    let mut response = json(StatusCode::OK, page.body.clone());
    let headers = response.headers_mut();
    if tagged {
        headers.insert(ETAG, page.tag_value.clone());
    }
    if let Some(link) = &page.link {
        headers.insert(LINK, link.clone());
    }
    response
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_page_tells_how_many_rows_there_are_and_whether_there_may_be_more() {
        let page = PageRequest::new(2, 30).expect("a page");
        for (total, told) in [
            (Total::exact(61), json!({"total": 61, "pages": 3, "totalIsExact": true})),
            (Total::counted(10_000), json!({"total": 10_000, "pages": 334, "totalIsExact": true})),
            (Total::counted(10_001), json!({"total": 10_000, "pages": 334, "totalIsExact": false})),
        ] {
            let mut expected = json!({"page": 2, "limit": 30});
            expected.as_object_mut().expect("it is one").extend(told.as_object().cloned().unwrap());
            let pagination = serde_json::to_value(Pagination::of_page(page, total));
            assert_eq!(pagination.expect("it can be written"), expected);
        }
    }

    #[test]
    fn a_step_of_a_walk_has_no_total() {
        let walk = Pagination::Walk { limit: 10, next: None };
        let walk = serde_json::to_value(walk).expect("it can be written");
        assert_eq!(walk, json!({"limit": 10, "next": null}));
    }
}
