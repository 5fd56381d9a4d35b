use actix_web::{HttpRequest, HttpResponse, http::Method, web::Data};
use basalt_domain::{Email, FieldCode, Invalid, Role, SearchTerm, UserFilter, UserSortField};

use crate::{
    Api,
    error::{ApiError, Code},
    extract::{Admin, BodyRule, Caller, Fields, FromFields, Input},
    http::cursor::List,
    openapi::{Operation, Rows, Tag, parameters},
    routes::{
        Endpoint,
        listing::{Filters, ListFields, Window, flag, search},
    },
    views::{Pagination, RenderedPage, UserView, listing},
};

const PATH: &str = "/api/users";

pub(super) fn endpoint() -> Endpoint {
    let operation = Operation::new(
        "listUsers",
        "List users",
        Tag::Users,
        "All accounts, deactivated ones too; the filters can be combined, and each \
             narrows the list. Show numbered pages with `page`, or walk through all of it \
             with `cursor`.",
    )
    .parameters(parameters::list::<UserSortField>("the name or the e-mail address"))
    .parameters([
        parameters::role(),
        parameters::flag(
            "active",
            "`true`: those who may log in. `false`: those who are deactivated",
        ),
        parameters::email(),
    ])
    .list(Rows::Users)
    .invalid("limit", FieldCode::OutOfRange, "limit must be a whole number from 1")
    .errors(400, &[Code::PageTooDeep, Code::InvalidCursor]);
    Endpoint::new(Method::GET, PATH, list, operation)
}

async fn list(
    _: Caller<Admin>,
    api: Data<Api>,
    input: Input<Query>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let Query { window, filter, filters } = input.value;
    let canonical = filters.canonical();
    let list = List { path: PATH, filters: &canonical };
    let (window, sort) = window.resolve(list, &api.keys)?;
    let (users, pagination, links) = match window {
        Window::Page(page) => {
            let found = api.users()?.page(&filter, sort, page).await?;
            let links = filters.page_links(sort, page, found.total);
            (found.items, Pagination::of_page(page, found.total), links)
        }
        Window::Walk(walk) => {
            let slice = api.users()?.walk(&filter, sort, &walk).await?;
            let (pagination, links) =
                filters.walk_links(list, sort, walk.limit(), &slice, &api.keys);
            (slice.items, pagination, links)
        }
    };
    let views: Vec<_> = users.iter().map(UserView::from).collect();
    Ok(listing(&request, &RenderedPage::new(&views, &pagination, &links), false))
}

struct Query {
    window: ListFields<UserSortField>,
    filter: UserFilter,
    filters: Filters,
}

impl FromFields for Query {
    const BODY: BodyRule = BodyRule::Ignored;

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let window = ListFields::read(fields);
        let filter = UserFilter {
            search: search(fields),
            role: fields.parameter("role", role),
            active: flag(fields, "active"),
            email: fields.parameter("email", Email::parse),
        };
        let mut filters = Filters::default();
        filters.add("search", filter.search.as_ref().map(SearchTerm::as_folded));
        filters.add("role", filter.role.map(Role::as_str));
        filters.add("active", filter.active);
        filters.add("email", filter.email.as_ref().map(Email::as_str));
        Some(Self { window, filter, filters })
    }
}

pub(super) fn role(raw: &str) -> Result<Role, Invalid> {
    Role::parse(raw)
        .ok_or_else(|| Invalid::new(FieldCode::NotAllowed, "role must be one of USER, ADMIN"))
}
