//! Reads `PostgreSQL`'s plans, on rows enough that reading all of them is what it would not do.

use basalt_domain::{
    Direction, PageRequest, Position, PostFilter, PostSortField, Role, Sort, SortField, SortKey,
    UserFilter, UserId, UserSortField, WalkRequest,
};
use sea_orm::{QueryTrait, TransactionTrait};

use super::*;
use crate::sea::{auth_states, idempotency, listing, posts, searching::Search, sql::Sql, users};

const POSTGRES: sea_orm::DbBackend = sea_orm::DbBackend::Postgres;

const FILL: [&str; 4] = [
    "INSERT INTO users SELECT md5('u' || n)::uuid, 'user' || n || '@example.com', 'Ann ' || n, \
     'ann ' || n, CASE n % 500 WHEN 0 THEN 'ADMIN' ELSE 'USER' END, true, 1, 1, 'hash', n, n \
     FROM generate_series(1, 20000) n",
    "INSERT INTO posts SELECT md5('p' || n)::uuid, md5('u' || (n % 200 + 1))::uuid, n % 10 > 0, 1, \
     n, n, 'Title ' || n, 'title ' || md5(n::text), 'text', 'text ' || md5('c' || n) \
     FROM generate_series(1, 20000) n",
    "INSERT INTO revoked_tokens SELECT md5('u' || n)::uuid, md5('t' || n)::uuid, n \
     FROM generate_series(1, 20000) n",
    "INSERT INTO idempotency_records SELECT '', 'register_user', 'k' || n, '', \
     md5('u' || n)::uuid, n, '' FROM generate_series(1, 20000) n",
];

async fn filled() -> Option<OnServer> {
    let mut on_server = OnServer::new().await?;
    let minutes = Duration::from_mins(2);
    on_server.store = on_server.beside(|options| options.statement_timeout = minutes).await;
    for statement in FILL {
        run(&on_server.store, statement).await;
    }
    run(&on_server.store, "VACUUM ANALYZE").await;
    Some(on_server)
}

/// What `PostgreSQL` says of the one plan that it makes for all values of this statement.
async fn explained(on_server: &OnServer, options: &str, statement: Statement) -> Vec<String> {
    let Statement { sql, values, .. } = statement;
    let parameters = values.unwrap_or(sea_orm::Values(Vec::new()));
    let places: Vec<_> = (1..=parameters.0.len()).map(|number| format!("${number}")).collect();
    let places = if places.is_empty() { String::new() } else { format!("({})", places.join(", ")) };
    let execute = format!("EXPLAIN ({options}) EXECUTE explained{places}");
    let execute = Statement::from_sql_and_values(POSTGRES, execute, parameters).to_string();
    let transaction = on_server.store.reader.connections().begin().await.unwrap();
    transaction.execute_unprepared(&format!("PREPARE explained AS {sql}")).await.unwrap();
    let rows = transaction.query_all_raw(Statement::from_string(POSTGRES, execute)).await;
    let lines = rows.unwrap().iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    transaction.execute_unprepared("DEALLOCATE explained").await.unwrap();
    transaction.rollback().await.unwrap();
    lines
}

async fn plan(on_server: &OnServer, statement: Statement) -> String {
    explained(on_server, "COSTS", statement).await.join("\n")
}

async fn assert_uses(on_server: &OnServer, statement: Statement, index: &str) {
    let plan = plan(on_server, statement).await;
    assert!(plan.contains(index), "{index}: {plan}");
}

/// Of a plan that was run: the most rows that a part of it gave, sorted or joined.
async fn most_rows(on_server: &OnServer, statement: Statement) -> (f64, String) {
    let lines = explained(on_server, "ANALYZE, TIMING OFF", statement).await;
    let counts = lines.iter().filter_map(|line| {
        let (_, actual) = line.split_once("(actual rows=")?;
        let (rows, loops) = actual.split_once(" loops=")?;
        let rows: f64 = rows.parse().ok()?;
        let loops: f64 = loops.trim_end_matches(')').parse().ok()?;
        Some(rows * loops)
    });
    (counts.fold(0.0, f64::max), lines.join("\n"))
}

fn built(build: impl FnOnce(&mut Sql)) -> Statement {
    let mut sql = Sql::new(POSTGRES);
    build(&mut sql);
    sql.into_statement()
}

fn sorts<F: SortField>() -> impl Iterator<Item = Sort<F>> {
    let both = [Direction::Ascending, Direction::Descending];
    F::ALL.iter().flat_map(move |by| both.map(|direction| Sort { by: *by, direction }))
}

fn position(is_time: bool) -> Position {
    Position {
        key: if is_time { SortKey::Time(at(9_000)) } else { SortKey::Text("title 8".to_owned()) },
        id: Uuid::from_u128(5),
    }
}

/// What [`searching`](crate::sea::searching) says.
const MOST_ROWS: f64 = 10_000.0;

/// Statistics that say nothing are what a table has that was filled a moment ago.
const WITHOUT_STATISTICS: &str = "DELETE FROM pg_statistic WHERE starelid IN \
     ('posts'::regclass, 'users'::regclass)";

#[tokio::test]
async fn no_list_of_posts_reads_more_than_lies_before_its_end() {
    let Some(on_server) = filled().await else {
        return;
    };
    let author = PostFilter {
        author: Some(UserId::from_uuid(author_of_many(&on_server).await)),
        ..PostFilter::default()
    };
    let page = PageRequest::new(300, 10).unwrap();
    for statistics in ["SELECT 1", WITHOUT_STATISTICS] {
        run(&on_server.store, statistics).await;
        for sort in sorts::<PostSortField>() {
            for filter in [PostFilter::default(), author.clone()] {
                let (rows, order) = (posts::rows(&filter), posts::order(sort));
                let list = built(|sql| {
                    listing::page_statement(&posts::TABLE, &rows, order, page, sql);
                });
                let (most, plan) = most_rows(&on_server, list).await;
                assert!(most <= 3_000.0, "{sort:?} {filter:?}: {plan}");
                let walk = WalkRequest::new(Some(position(sort.by.is_time())), 10);
                let step = built(|sql| {
                    listing::walk_statement(&posts::TABLE, &rows, order, &walk, sql);
                });
                let (most, plan) = most_rows(&on_server, step).await;
                assert!(most <= 11.0, "{sort:?} {filter:?}: {plan}");
            }
        }
    }
}

async fn author_of_many(on_server: &OnServer) -> Uuid {
    value(&on_server.store.reader, "SELECT md5('u7')::uuid").await
}

#[tokio::test]
async fn no_list_of_users_reads_more_than_lies_before_its_end() {
    let Some(on_server) = filled().await else {
        return;
    };
    let page = PageRequest::new(300, 10).unwrap();
    let active = UserFilter { active: Some(true), ..UserFilter::default() };
    let of_role = |role| UserFilter { role: Some(role), ..UserFilter::default() };
    let filters = [UserFilter::default(), active, of_role(Role::User)];
    for sort in sorts::<UserSortField>() {
        for filter in filters.clone() {
            let (rows, order) = (users::rows(&filter), users::order(sort));
            let list = built(|sql| {
                listing::page_statement(&users::TABLE, &rows, order, page, sql);
            });
            let (most, plan) = most_rows(&on_server, list).await;
            assert!(most <= 3_000.0, "{sort:?} {filter:?}: {plan}");
        }
    }
    let (rows, order) = (users::rows(&of_role(Role::Admin)), users::order(Sort::default()));
    let admins = built(|sql| listing::page_statement(&users::TABLE, &rows, order, page, sql));
    assert_uses(&on_server, admins, "ix_users_admins").await;
}

#[tokio::test]
async fn a_search_looks_at_a_bounded_number_of_rows_and_no_more_than_it_needs() {
    let Some(on_server) = filled().await else {
        return;
    };
    let (rows, order) = (posts::rows(&PostFilter::default()), posts::order(Sort::default()));
    let page = PageRequest::new(1, 10).unwrap();
    let table = &posts::TABLE;
    for text in ["4c56ff", "zq", "z"] {
        let search = Search { table, rows: &rows, order, text };
        let list = built(|sql| search.page_statement(page, sql));
        let (most, plan) = most_rows(&on_server, list).await;
        assert!(most <= MOST_ROWS, "{text}: {plan}");
        let step = built(|sql| search.walk_statement(&WalkRequest::new(None, 10), sql));
        let (most, plan) = most_rows(&on_server, step).await;
        assert!(most <= MOST_ROWS, "{text}: {plan}");
    }
    // A step of a search for what every row holds ends with the rows that it shows.
    let search = Search { table, rows: &rows, order, text: "text" };
    let step = built(|sql| search.walk_statement(&WalkRequest::new(None, 10), sql));
    let (most, plan) = most_rows(&on_server, step).await;
    assert!(most <= 12.0, "{plan}");
}

#[tokio::test]
async fn a_walk_is_read_in_order_from_its_index_where_the_last_step_ended() {
    let Some(on_server) = filled().await else {
        return;
    };
    for (sort, index) in [
        (PostSortField::CreatedAt, "ix_posts_published_created_at_id"),
        (PostSortField::Title, "ix_posts_published_title_folded_id"),
    ]
    .into_iter()
    .flat_map(|(by, index)| {
        let both = [Direction::Ascending, Direction::Descending];
        both.map(|direction| (Sort { by, direction }, index))
    }) {
        let walk = WalkRequest::new(Some(position(sort.by.is_time())), 10);
        let (rows, order) = (posts::rows(&PostFilter::default()), posts::order(sort));
        let step = built(|sql| listing::walk_statement(&posts::TABLE, &rows, order, &walk, sql));
        let plan = plan(&on_server, step).await;
        assert!(plan.contains(index), "{plan}");
        let seek = plan.lines().find(|line| line.contains("Index Cond"));
        // With parameters in place of values, it is the one plan for all of them.
        assert!(seek.is_some_and(|seek| seek.contains("ROW($")), "{plan}");
    }
}

#[tokio::test]
async fn administrators_and_expired_rows_are_found_in_an_index() {
    let Some(on_server) = filled().await else {
        return;
    };
    for (statement, index) in [
        (users::active_admins().build(POSTGRES), "ix_users_admins"),
        (auth_states::expired(at(20), 10).build(POSTGRES), "ix_revoked_tokens_expires_at"),
        (idempotency::expired(at(20), 10).build(POSTGRES), "ix_idempotency_records_expires_at"),
    ] {
        assert_uses(&on_server, statement, index).await;
    }
}
