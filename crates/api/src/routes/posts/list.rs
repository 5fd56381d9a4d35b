use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method,
        header::{AGE, IF_NONE_MATCH},
    },
    web::Data,
};
use basalt_application::{Freshness, PostQuery};
use basalt_domain::{FieldCode, Invalid, PostSortField, SearchTerm, UserId};

use crate::{
    Api,
    error::{ApiError, Code},
    extract::{BodyRule, Caller, Fields, FromFields, Input, Viewer},
    http::cursor::List,
    openapi::{Operation, Rows, Tag, parameters},
    routes::{
        Endpoint,
        listing::{Filters, ListFields, Window, flag, search},
    },
    views::{Pagination, PostView, RenderedPage, listing},
};

const PATH: &str = "/api/posts";

pub(super) fn endpoint() -> Endpoint {
    let published = "`true`, as when left out: what is published. `false`: drafts, which are your own, \
                     for an `ADMIN` everyone's, and none without a token";
    let operation = Operation::new(
        "listPosts",
        "List posts",
        Tag::Posts,
        "Published posts, the same for everyone; `published=false` asks for drafts \
             instead: your own, for an `ADMIN` everyone's. Show numbered pages with `page`, \
             or walk through all of it with `cursor`; send the `ETag` as `If-None-Match` to \
             hear whether anything is new.",
    )
    .parameters(parameters::list::<PostSortField>("the title or the content"))
    .parameters([
        parameters::author(),
        parameters::flag("published", published),
        parameters::if_none_match(),
    ])
    .tagged_list(Rows::Posts)
    .invalid("limit", FieldCode::OutOfRange, "limit must be a whole number from 1")
    .errors(400, &[Code::PageTooDeep, Code::InvalidCursor]);
    Endpoint::new(Method::GET, PATH, list, operation)
}

async fn list(
    caller: Caller<Viewer>,
    api: Data<Api>,
    input: Input<Query>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let Query { window, query, filters } = input.value;
    let canonical = filters.canonical();
    let list = List { path: PATH, filters: &canonical };
    let (window, sort) = window.resolve(list, &api.keys)?;
    match window {
        Window::Page(page) => {
            let posts = api.posts()?;
            let served = posts.page(caller.viewer(), query, sort, page).await?;
            let rendered = api.rendered.get(served.page.stamp, || {
                let found = &served.page.page;
                let links = filters.page_links(sort, page, found.total);
                let views: Vec<_> = found.items.iter().map(PostView::from).collect();
                RenderedPage::new(&views, &Pagination::of_page(page, found.total), &links)
            });
            Ok(aged(listing(&request, &rendered, true), served.age))
        }
        Window::Walk(walk) => {
            let posts = api.posts()?;
            let freshness = if request.headers().contains_key(IF_NONE_MATCH) {
                Freshness::Present
            } else {
                Freshness::MayLag
            };
            let viewer = caller.viewer();
            let slice = posts.walk(viewer, query, sort, &walk, freshness).await?;
            let (pagination, links) =
                filters.walk_links(list, sort, walk.limit(), &slice, &api.keys);
            let views: Vec<_> = slice.items.iter().map(PostView::from).collect();
            let rendered = RenderedPage::new(&views, &pagination, &links);
            Ok(listing(&request, &rendered, true))
        }
    }
}

/// With the age of what could not be read anew, in whole seconds (RFC 9111, 5.1).
fn aged(mut response: HttpResponse, age: Duration) -> HttpResponse {
    if age.as_secs() > 0 {
        response.headers_mut().insert(AGE, age.as_secs().into());
    }
    response
}

struct Query {
    window: ListFields<PostSortField>,
    query: PostQuery,
    filters: Filters,
}

impl FromFields for Query {
    const BODY: BodyRule = BodyRule::Ignored;

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let window = ListFields::read(fields);
        let search = search(fields);
        let author = fields.parameter("author", author);
        let published = flag(fields, "published");
        let mut filters = Filters::default();
        filters.add("search", search.as_ref().map(SearchTerm::as_folded));
        filters.add("author", author);
        filters.add("published", published);
        let query = PostQuery { published, search, author };
        Some(Self { window, query, filters })
    }
}

fn author(raw: &str) -> Result<UserId, Invalid> {
    let invalid = || Invalid::new(FieldCode::InvalidType, "author must be the id of a user");
    UserId::parse(raw).ok_or_else(invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_in_whole_seconds_from_the_first_on() {
        for (millis, told) in [(0, None), (999, None), (1_000, Some("1")), (61_999, Some("61"))] {
            let answer = aged(HttpResponse::Ok().finish(), Duration::from_millis(millis));
            let age = answer.headers().get(AGE).map(|age| age.to_str().expect("digits"));
            assert_eq!(age, told, "{millis} ms");
        }
    }
}
