//! The extension that searches are faster with, where not everybody may add it.

use basalt_domain::{PostFilter, SearchTerm, Sort, WalkRequest, ports::PostRepository};
use basalt_migrations::known;

use super::*;

/// A role that may make tables in the schema `app` and nothing else, and a store of its own there.
async fn modest(on_server: &OnServer) -> (SeaStore, String) {
    let name: String = value(&on_server.store.reader, "SELECT current_database()").await;
    let role = format!("role_of_{name}");
    run(
        &on_server.store,
        &format!("CREATE ROLE {role} LOGIN PASSWORD 'one'; CREATE SCHEMA app AUTHORIZATION {role}"),
    )
    .await;
    let (_, place) = on_server.database.url().rsplit_once('@').unwrap();
    let store = on_server.beside(|options| {
        options.url = format!("postgres://{role}:one@{place}?options=-csearch_path%3Dapp");
    });
    (store.await, role)
}

/// Roles belong to the whole server.
async fn leave(on_server: OnServer, store: SeaStore, role: &str) {
    store.close().await.unwrap();
    run(
        &on_server.store,
        &format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role}"),
    )
    .await;
}

async fn titles_with(store: &SeaStore, term: &str) -> usize {
    let filter = PostFilter {
        search: SearchTerm::parse(term).unwrap(),
        ..PostFilter::default()
    };
    let start = WalkRequest::new(None, 10);
    let found = store.posts().walk(&filter, Sort::default(), &start).await;
    found.unwrap().items.len()
}

#[tokio::test]
async fn without_the_extension_it_migrates_and_searches_and_makes_the_index_later() {
    let Some(on_server) = OnServer::unmigrated().await else {
        return;
    };
    let (store, role) = modest(&on_server).await;
    assert_eq!(store.migrate_up().await.unwrap(), known());
    assert!(!store.has_search_indexes().await.unwrap());
    fill(&store).await;
    assert_eq!(titles_with(&store, "itl").await, 1);
    // Nothing to do, and no error.
    assert_eq!(store.migrate_up().await.unwrap(), Vec::<String>::new());

    run(&on_server.store, "CREATE SCHEMA extensions").await;
    let add = "CREATE EXTENSION pg_trgm SCHEMA extensions";
    run(&on_server.store, add).await;
    assert_eq!(store.migrate_up().await.unwrap(), Vec::<String>::new());
    let may_use = store.has_search_indexes().await.unwrap();
    assert!(!may_use, "the schema of the extension is closed to it");
    assert_eq!(titles_with(&store, "itl").await, 1);

    let grant = format!("GRANT USAGE ON SCHEMA extensions TO {role}");
    run(&on_server.store, &grant).await;
    assert_eq!(store.migrate_up().await.unwrap(), Vec::<String>::new());
    assert!(store.has_search_indexes().await.unwrap());
    assert_eq!(titles_with(&store, "itl").await, 1);
    leave(on_server, store, &role).await;
}

#[tokio::test]
async fn an_extension_in_another_schema_than_the_tables_is_found_and_used() {
    let Some(on_server) = OnServer::unmigrated().await else {
        return;
    };
    run(
        &on_server.store,
        "CREATE SCHEMA \"Our extensions\"; CREATE EXTENSION pg_trgm SCHEMA \"Our extensions\"; \
         GRANT USAGE ON SCHEMA \"Our extensions\" TO PUBLIC",
    )
    .await;
    let (store, role) = modest(&on_server).await;
    assert_eq!(store.migrate_up().await.unwrap(), known());
    assert!(store.has_search_indexes().await.unwrap());
    fill(&store).await;
    let search = "SET LOCAL enable_seqscan = off; \
                  EXPLAIN SELECT id FROM posts WHERE title_folded LIKE '%itl%'";
    let (set, explain) = search.split_once("; ").unwrap();
    let transaction = store.transaction().await.unwrap();
    transaction.execute_unprepared(set).await.unwrap();
    let statement = Statement::from_string(sea_orm::DbBackend::Postgres, explain);
    let plan = transaction.query_all_raw(statement).await.unwrap();
    let lines = plan
        .iter()
        .map(|row| row.try_get_by_index::<String>(0).unwrap());
    let plan = lines.collect::<Vec<_>>().join("\n");
    assert!(plan.contains("ix_posts_search"), "{plan}");
    transaction.rollback().await.unwrap();
    for name in known().into_iter().rev() {
        assert_eq!(store.migrate_down_one().await.unwrap(), Some(name));
    }
    leave(on_server, store, &role).await;
}
