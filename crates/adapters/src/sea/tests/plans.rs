//! Reads `SQLite`'s plans: a list must be read from an index in its order, whatever is asked.

use basalt_domain::{
    Direction, PageRequest, Position, PostFilter, PostSortField, PostVisibility, Role, SearchTerm,
    Sort, SortField, SortKey, UserFilter, UserSortField, WalkRequest,
};
use sea_orm::{DbBackend, EntityTrait, QueryTrait, Select};

use super::*;
use crate::sea::{auth_states, idempotency, listing, posts, users};

async fn plan(db: &impl ConnectionTrait, statement: Statement) -> String {
    let Statement {
        sql,
        values,
        db_backend,
    } = statement;
    let explain = format!("EXPLAIN QUERY PLAN {sql}");
    let explain = Statement::from_sql_and_values(db_backend, explain, values.unwrap());
    let rows = db.query_all_raw(explain).await.unwrap();
    let details = rows.iter().map(|row| row.try_get("", "detail").unwrap());
    details.collect::<Vec<String>>().join("\n")
}

/// The rows are read in their order from `index`, so that nothing is sorted.
async fn assert_ordered_by_index<E: EntityTrait>(
    db: &impl ConnectionTrait,
    rows: Select<E>,
    index: &str,
) {
    let plan = plan(db, rows.build(db.get_database_backend())).await;
    // The count has a plan of its own, after that of the rows.
    let rows = plan.split("SCALAR SUBQUERY").next().unwrap();
    assert!(rows.contains(&format!("INDEX {index}")), "{plan}");
    assert!(!plan.contains("TEMP B-TREE"), "{plan}");
}

fn position(is_time: bool) -> Position {
    Position {
        key: if is_time {
            SortKey::Time(at(5))
        } else {
            SortKey::Text("m".to_owned())
        },
        id: Uuid::from_u128(5),
    }
}

fn sorts<F: SortField>() -> impl Iterator<Item = Sort<F>> {
    let both = [Direction::Ascending, Direction::Descending];
    F::ALL
        .iter()
        .flat_map(move |by| both.map(|direction| Sort { by: *by, direction }))
}

fn user_filters() -> [UserFilter; 4] {
    [
        UserFilter::default(),
        UserFilter {
            active: Some(true),
            ..UserFilter::default()
        },
        UserFilter {
            role: Some(Role::User),
            ..UserFilter::default()
        },
        UserFilter {
            search: SearchTerm::parse("ann").unwrap(),
            ..UserFilter::default()
        },
    ]
}

#[tokio::test]
async fn every_list_of_users_is_read_in_order_from_an_index() {
    let fresh = Fresh::new().await;
    let db = &fresh.store.reader;
    for sort in sorts::<UserSortField>() {
        let index = match sort.by {
            UserSortField::CreatedAt => "ix_users_created_at_id",
            UserSortField::Name => "ix_users_name_folded_id",
            UserSortField::Email => "uq_users_email",
        };
        for filter in user_filters() {
            let filter = users::condition(&filter, DbBackend::Sqlite);
            let order = users::ordering(sort);
            let page = PageRequest::new(3, 10).unwrap();
            let page = listing::page_statement(users::rows(), &filter, order, page);
            assert_ordered_by_index(db, page, index).await;
            let walk = WalkRequest::new(Some(position(sort.by.is_time())), 10);
            let walk = listing::walk_statement(users::rows(), filter, order, &walk);
            assert_ordered_by_index(db, walk, index).await;
        }
    }
}

#[tokio::test]
async fn the_administrators_are_listed_without_reading_other_users() {
    let fresh = Fresh::new().await;
    let admins = UserFilter {
        role: Some(Role::Admin),
        active: Some(true),
        ..UserFilter::default()
    };
    let filter = users::condition(&admins, DbBackend::Sqlite);
    let order = users::ordering(Sort::default());
    let page = PageRequest::new(3, 10).unwrap();
    let rows = listing::page_statement(users::rows(), &filter, order, page);
    assert_ordered_by_index(&fresh.store.reader, rows, "ix_users_admins").await;
}

fn post_filters() -> [(PostFilter, &'static str); 5] {
    let author = user(1).id;
    let of = |visibility, author| PostFilter {
        visibility,
        author,
        search: None,
    };
    [
        (of(PostVisibility::Published, None), "published"),
        (of(PostVisibility::Drafts, None), "published"),
        (
            of(PostVisibility::Published, Some(author)),
            "author_id_published",
        ),
        (
            of(PostVisibility::DraftsOf(author), None),
            "author_id_published",
        ),
        (
            PostFilter {
                search: SearchTerm::parse("text").unwrap(),
                ..PostFilter::default()
            },
            "published",
        ),
    ]
}

#[tokio::test]
async fn every_list_of_posts_is_read_in_order_from_an_index() {
    let fresh = Fresh::new().await;
    let db = &fresh.store.reader;
    for sort in sorts::<PostSortField>() {
        let key = match sort.by {
            PostSortField::CreatedAt => "created_at",
            PostSortField::UpdatedAt => "updated_at",
            PostSortField::Title => "title_folded",
        };
        for (filter, prefix) in post_filters() {
            let index = format!("ix_posts_{prefix}_{key}_id ");
            let filter = posts::condition(&filter, DbBackend::Sqlite);
            let order = posts::ordering(sort);
            let page = PageRequest::new(3, 10).unwrap();
            let page = listing::page_statement(posts::rows(), &filter, order, page);
            assert_ordered_by_index(db, page, &index).await;
            let walk = WalkRequest::new(Some(position(sort.by.is_time())), 10);
            let walk = listing::walk_statement(posts::rows(), filter, order, &walk);
            assert_ordered_by_index(db, walk, &index).await;
        }
    }
}

#[tokio::test]
async fn a_walk_starts_where_the_last_step_ended() {
    let fresh = Fresh::new().await;
    let db = &fresh.store.reader;
    let walk = WalkRequest::new(Some(position(true)), 10);
    let order = posts::ordering(Sort::default());
    let filter = posts::condition(&PostFilter::default(), DbBackend::Sqlite);
    let rows = listing::walk_statement(posts::rows(), filter, order, &walk);
    let plan = plan(db, rows.build(db.get_database_backend())).await;
    let seek = "(published=? AND (created_at,id)<(?,?))";
    assert!(plan.contains(seek), "{plan}");
}

#[tokio::test]
async fn the_total_is_counted_in_an_index_alone() {
    let fresh = Fresh::new().await;
    let db = &fresh.store.reader;
    let order = posts::ordering(Sort::default());
    let filter = posts::condition(&PostFilter::default(), DbBackend::Sqlite);
    let page = PageRequest::new(1, 10).unwrap();
    let rows = listing::page_statement(posts::rows(), &filter, order, page);
    let plan = plan(db, rows.build(db.get_database_backend())).await;
    assert!(
        plan.contains("SEARCH posts USING COVERING INDEX ix_posts_"),
        "{plan}"
    );
}

#[tokio::test]
async fn administrators_and_expired_rows_are_found_without_reading_a_table() {
    let fresh = Fresh::new().await;
    let db = &fresh.store.reader;
    let backend = db.get_database_backend();
    for (statement, index) in [
        (users::active_admins().build(backend), "ix_users_admins"),
        (
            auth_states::expired(at(9), 10).build(backend),
            "ix_revoked_tokens_expires_at",
        ),
        (
            idempotency::expired(at(9), 10).build(backend),
            "ix_idempotency_records_expires_at",
        ),
    ] {
        let plan = plan(db, statement).await;
        assert!(plan.contains(index), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}
