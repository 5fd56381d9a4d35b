//! Reads `PostgreSQL`'s plans, on rows enough that reading all of them is what it would not do.

use basalt_domain::{
    Direction, PageRequest, Position, PostFilter, PostSortField, SearchTerm, Sort, SortKey,
    UserFilter, WalkRequest,
};
use sea_orm::{EntityTrait, QueryTrait, Select};

use super::*;
use crate::sea::{auth_states, idempotency, listing, posts, users};

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
    on_server.store = on_server
        .beside(|options| options.statement_timeout = minutes)
        .await;
    // The index of trigrams is made of many rows in a fraction of the time that it takes to add
    // them one by one.
    on_server.store.migrate_down_one().await.unwrap();
    for statement in FILL {
        run(&on_server.store, statement).await;
    }
    on_server.store.migrate_up().await.unwrap();
    run(&on_server.store, "VACUUM ANALYZE").await;
    Some(on_server)
}

async fn plan(on_server: &OnServer, statement: Statement) -> String {
    let Statement { sql, values, .. } = statement;
    let explain = Statement::from_sql_and_values(
        POSTGRES,
        format!("EXPLAIN {sql}"),
        values.unwrap_or(sea_orm::Values(Vec::new())),
    );
    let rows = on_server.store.reader.query_all_raw(explain).await.unwrap();
    let lines = rows.iter().map(|row| row.try_get_by_index(0).unwrap());
    lines.collect::<Vec<String>>().join("\n")
}

async fn assert_uses(on_server: &OnServer, statement: Statement, index: &str) {
    let plan = plan(on_server, statement).await;
    assert!(plan.contains(index), "{index}: {plan}");
}

fn built<E: EntityTrait>(rows: &Select<E>) -> Statement {
    rows.build(POSTGRES)
}

fn position(key: SortKey) -> Position {
    Position {
        key,
        id: Uuid::from_u128(5),
    }
}

#[tokio::test]
async fn a_search_is_answered_by_the_index_of_trigrams() {
    let Some(on_server) = filled().await else {
        return;
    };
    let page = PageRequest::new(1, 10).unwrap();
    let search = SearchTerm::parse("4c56ff").unwrap();
    let filter = PostFilter {
        search: search.clone(),
        ..PostFilter::default()
    };
    let (filter, order) = (
        posts::condition(&filter, POSTGRES),
        posts::ordering(Sort::default()),
    );
    let rows = listing::page_statement(posts::rows(), &filter, order, page);
    let plan = plan(&on_server, built(&rows)).await;
    // Rows and total.
    assert!(plan.matches("ix_posts_search").count() >= 2, "{plan}");
    let walk = listing::walk_statement(posts::rows(), filter, order, &WalkRequest::new(None, 10));
    assert_uses(&on_server, built(&walk), "ix_posts_search").await;

    let filter = UserFilter {
        search,
        ..UserFilter::default()
    };
    let filter = users::condition(&filter, POSTGRES);
    let order = users::ordering(Sort::default());
    let rows = listing::page_statement(users::rows(), &filter, order, page);
    assert_uses(&on_server, built(&rows), "ix_users_search").await;
}

#[tokio::test]
async fn a_walk_is_read_in_order_from_its_index_where_the_last_step_ended() {
    let Some(on_server) = filled().await else {
        return;
    };
    for (by, key, index) in [
        (
            PostSortField::CreatedAt,
            SortKey::Time(at(9_000)),
            "ix_posts_published_created_at_id",
        ),
        (
            PostSortField::Title,
            SortKey::Text("title 8".to_owned()),
            "ix_posts_published_title_folded_id",
        ),
    ] {
        for direction in [Direction::Ascending, Direction::Descending] {
            let walk = WalkRequest::new(Some(position(key.clone())), 10);
            let filter = posts::condition(&PostFilter::default(), POSTGRES);
            let order = posts::ordering(Sort { by, direction });
            let rows = listing::walk_statement(posts::rows(), filter, order, &walk);
            let plan = plan(&on_server, built(&rows)).await;
            assert!(plan.contains(index), "{plan}");
            assert!(!plan.contains("Sort"), "{plan}");
            let seek = plan.lines().find(|line| line.contains("Index Cond"));
            assert!(seek.is_some_and(|seek| seek.contains("ROW(")), "{plan}");
        }
    }
}

#[tokio::test]
async fn administrators_and_expired_rows_are_found_in_an_index() {
    let Some(on_server) = filled().await else {
        return;
    };
    for (statement, index) in [
        (users::active_admins().build(POSTGRES), "ix_users_admins"),
        (
            auth_states::expired(at(20), 10).build(POSTGRES),
            "ix_revoked_tokens_expires_at",
        ),
        (
            idempotency::expired(at(20), 10).build(POSTGRES),
            "ix_idempotency_records_expires_at",
        ),
    ] {
        assert_uses(&on_server, statement, index).await;
    }
}
