//! Reads `SQLite`'s plans: a list must read an index in its order and the rows that it shows, whatever
//! is asked.

use basalt_domain::{
    Direction, PageRequest, Position, PostFilter, PostSortField, PostVisibility, Role, Sort,
    SortField, SortKey, UserFilter, UserSortField, WalkRequest,
};
use sea_orm::{DbBackend, QueryTrait};

use super::*;
use crate::sea::{auth_states, idempotency, listing, posts, searching::Search, sql::Sql, users};

async fn plan(db: &impl ConnectionTrait, statement: Statement) -> String {
    let Statement { sql, values, db_backend } = statement;
    let explain = format!("EXPLAIN QUERY PLAN {sql}");
    let explain = Statement::from_sql_and_values(db_backend, explain, values.unwrap());
    let rows = db.query_all_raw(explain).await.unwrap();
    let details = rows.iter().map(|row| row.try_get("", "detail").unwrap());
    details.collect::<Vec<String>>().join("\n")
}

/// The statement of a list.
fn built(build: impl FnOnce(&mut Sql)) -> Statement {
    let mut sql = Sql::new(DbBackend::Sqlite);
    build(&mut sql);
    sql.into_statement()
}

/// The keys are read in their order from `index` alone, then the rows by their ids. What is sorted
/// after that is a page.
async fn assert_reads_what_it_shows(db: &impl ConnectionTrait, list: Statement, index: &str) {
    let plan = plan(db, list).await;
    assert!(plan.contains(&format!("COVERING INDEX {index}")), "{plan}");
    let rows = "SEARCH r USING INDEX sqlite_autoindex_";
    assert!(plan.contains(rows), "{plan}");
    assert!(!plan.contains("SCAN posts\n") && !plan.contains("SCAN users\n"), "{plan}");
    let sorts = plan.matches("TEMP B-TREE").count();
    assert!(sorts <= 1 && plan.trim_end().ends_with("ORDER BY"), "{plan}");
}

/// What a search looks at is read in its order from `index`, and the table no further than that.
async fn assert_looks_in_order(db: &impl ConnectionTrait, list: Statement, index: &str) {
    let plan = plan(db, list).await;
    assert!(plan.contains(&format!("INDEX {index}")), "{plan}");
    assert!(!plan.contains("SCAN posts\n") && !plan.contains("SCAN users\n"), "{plan}");
}

fn position(is_time: bool) -> Position {
    Position {
        key: if is_time { SortKey::Time(at(5)) } else { SortKey::Text("m".to_owned()) },
        id: Uuid::from_u128(5),
    }
}

fn sorts<F: SortField>() -> impl Iterator<Item = Sort<F>> {
    let both = [Direction::Ascending, Direction::Descending];
    F::ALL.iter().flat_map(move |by| both.map(|direction| Sort { by: *by, direction }))
}

fn user_filters() -> [UserFilter; 3] {
    [
        UserFilter::default(),
        UserFilter { active: Some(true), ..UserFilter::default() },
        UserFilter { role: Some(Role::User), ..UserFilter::default() },
    ]
}

/// Texts to look for, of one character and more.
fn searches() -> [&'static str; 3] {
    ["a", "an", "ann"]
}

/// A page far from the first.
fn deep() -> PageRequest {
    PageRequest::new(1_000, 10).unwrap()
}

fn step(is_time: bool) -> WalkRequest {
    WalkRequest::new(Some(position(is_time)), 10)
}

#[tokio::test]
async fn every_list_of_users_reads_an_index_in_its_order_and_the_rows_of_its_page() {
    let fresh = Fresh::new().await;
    let db = &fresh.store.reader;
    let table = &users::TABLE;
    for sort in sorts::<UserSortField>() {
        let index = match sort.by {
            UserSortField::CreatedAt => "ix_users_created_at_id",
            UserSortField::Name => "ix_users_name_folded_id",
            UserSortField::Email => "uq_users_email",
        };
        let (order, step) = (users::order(sort), step(sort.by.is_time()));
        for filter in user_filters() {
            let rows = users::rows(&filter);
            let page = built(|sql| listing::page_statement(table, &rows, order, deep(), sql));
            let walk = built(|sql| listing::walk_statement(table, &rows, order, &step, sql));
            if filter == UserFilter::default() && sort.by != UserSortField::Email {
                assert_reads_what_it_shows(db, page, index).await;
                assert_reads_what_it_shows(db, walk, index).await;
            } else {
                // Role and state stand in the row, and so does the id of an address.
                assert_looks_in_order(db, page, index).await;
                assert_looks_in_order(db, walk, index).await;
            }
            for text in searches() {
                let search = Search { table, rows: &rows, order, text };
                let page = built(|sql| search.page_statement(deep(), sql));
                assert_looks_in_order(db, page, index).await;
                let walk = built(|sql| search.walk_statement(&step, sql));
                assert_looks_in_order(db, walk, index).await;
            }
        }
    }
}

#[tokio::test]
async fn the_administrators_are_listed_without_reading_other_users() {
    let fresh = Fresh::new().await;
    let admins =
        UserFilter { role: Some(Role::Admin), active: Some(true), ..UserFilter::default() };
    let (rows, order) = (users::rows(&admins), users::order(Sort::default()));
    let page = built(|sql| listing::page_statement(&users::TABLE, &rows, order, deep(), sql));
    assert_reads_what_it_shows(&fresh.store.reader, page, "ix_users_admins").await;
}

fn post_filters() -> [(PostFilter, &'static str); 4] {
    let author = user(1).id;
    let of = |visibility, author| PostFilter { visibility, author, search: None };
    [
        (of(PostVisibility::Published, None), "published"),
        (of(PostVisibility::Drafts, None), "published"),
        (of(PostVisibility::Published, Some(author)), "author_id_published"),
        (of(PostVisibility::DraftsOf(author), None), "author_id_published"),
    ]
}

#[tokio::test]
async fn every_list_of_posts_reads_an_index_in_its_order_and_the_rows_of_its_page() {
    let fresh = Fresh::new().await;
    let db = &fresh.store.reader;
    let table = &posts::TABLE;
    for sort in sorts::<PostSortField>() {
        let key = match sort.by {
            PostSortField::CreatedAt => "created_at",
            PostSortField::UpdatedAt => "updated_at",
            PostSortField::Title => "title_folded",
        };
        let (order, step) = (posts::order(sort), step(sort.by.is_time()));
        for (filter, prefix) in post_filters() {
            let index = &format!("ix_posts_{prefix}_{key}_id ");
            let rows = posts::rows(&filter);
            let page = built(|sql| listing::page_statement(table, &rows, order, deep(), sql));
            assert_reads_what_it_shows(db, page, index).await;
            let walk = built(|sql| listing::walk_statement(table, &rows, order, &step, sql));
            assert_reads_what_it_shows(db, walk, index).await;
            for text in searches() {
                let search = Search { table, rows: &rows, order, text };
                let page = built(|sql| search.page_statement(deep(), sql));
                assert_looks_in_order(db, page, index).await;
                let walk = built(|sql| search.walk_statement(&step, sql));
                assert_looks_in_order(db, walk, index).await;
            }
        }
    }
}

#[tokio::test]
async fn a_walk_starts_where_the_last_step_ended() {
    let fresh = Fresh::new().await;
    let (rows, order) = (posts::rows(&PostFilter::default()), posts::order(Sort::default()));
    let walk = built(|sql| {
        listing::walk_statement(&posts::TABLE, &rows, order, &step(true), sql);
    });
    let plan = plan(&fresh.store.reader, walk).await;
    let seek = "(published=? AND (created_at,id)<(?,?))";
    assert!(plan.contains(seek), "{plan}");
}

#[tokio::test]
async fn no_total_of_all_is_counted_and_one_authors_is_in_an_index_alone() {
    let fresh = Fresh::new().await;
    let db = &fresh.store.reader;
    let order = posts::order(Sort::default());
    for (filter, of_author) in [
        (PostFilter::default(), false),
        (PostFilter { author: Some(user(1).id), ..PostFilter::default() }, true),
    ] {
        let rows = posts::rows(&filter);
        let page = built(|sql| listing::page_statement(&posts::TABLE, &rows, order, deep(), sql));
        let sql = page.sql.clone();
        assert_eq!(sql.contains("count("), of_author, "{sql}");
        assert_eq!(sql.contains("LIMIT 10001"), of_author, "{sql}");
        let plan = plan(db, page).await;
        assert!(!plan.contains("USING INDEX ix_posts"), "{plan}");
    }
}

#[tokio::test]
async fn administrators_and_expired_rows_are_found_without_reading_a_table() {
    let fresh = Fresh::new().await;
    let db = &fresh.store.reader;
    let backend = db.get_database_backend();
    for (statement, index) in [
        (users::active_admins().build(backend), "ix_users_admins"),
        (auth_states::expired(at(9), 10).build(backend), "ix_revoked_tokens_expires_at"),
        (idempotency::expired(at(9), 10).build(backend), "ix_idempotency_records_expires_at"),
    ] {
        let plan = plan(db, statement).await;
        assert!(plan.contains(index), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}
