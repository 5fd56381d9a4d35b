//! What `PostgreSQL` alone has: truncations, schemas, and roles with few rights.

use basalt_migrations::{Migrator, MigratorTrait};

use super::{databases, done, exact_totals, is_postgres, post, prepare, version};
use crate::support::{Empty, empty_databases, execute, texts};

/// With a published post, a draft and three users.
async fn filled() -> Option<Empty> {
    let database = databases().await.pop().filter(|found| is_postgres(&found.db))?;
    let db = &database.db;
    done(db, &post(db, 1, 1, true)).await;
    done(db, &post(db, 2, 1, false)).await;
    Some(database)
}

#[tokio::test]
async fn a_truncation_takes_everything_from_the_totals() {
    let Some(Empty { db, on_server: _kept }) = filled().await else {
        return;
    };
    let before = version(&db).await;
    done(&db, "BEGIN").await;
    done(&db, "TRUNCATE posts").await;
    assert_eq!(exact_totals(&db).await, [0, 0, 3, 0, 0, 0]);
    assert_ne!(version(&db).await, before);
    done(&db, "ROLLBACK").await;
    assert_eq!(exact_totals(&db).await, [1, 1, 3, 0, 0, 0]);
    assert_eq!(version(&db).await, before);

    done(&db, "TRUNCATE users CASCADE").await;
    assert_eq!(exact_totals(&db).await, [0; 6]);
    assert_ne!(version(&db).await, before);
}

#[tokio::test]
async fn whoever_may_write_posts_and_users_may_do_that_and_no_more() {
    let Some(Empty { db, on_server: _kept }) = filled().await else {
        return;
    };
    let role = texts(&db, "SELECT 'writer_' || replace(gen_random_uuid()::text, '-', '')").await;
    let role = &role[0];
    done(&db, &format!("CREATE ROLE {role}")).await;
    let rights = "SELECT, INSERT, UPDATE, DELETE, TRUNCATE";
    done(
        &db,
        &format!("GRANT {rights} ON posts, users, idempotency_records, revoked_tokens TO {role}"),
    )
    .await;
    done(&db, &format!("SET ROLE {role}")).await;
    let changes = [
        post(&db, 3, 2, true),
        "UPDATE posts SET published = true".to_owned(),
        "UPDATE users SET role = 'ADMIN' WHERE email LIKE 'user3%'".to_owned(),
        "DELETE FROM users WHERE email LIKE 'user2%'".to_owned(),
    ];
    for change in &changes {
        done(&db, change).await;
    }
    for refused in [
        "SELECT * FROM list_states",
        "UPDATE list_states SET published_posts = 0",
        "SELECT add_to_list_states(1, 0, 0, 0, 0, 0, true)",
        "SELECT * FROM current_list_state",
    ] {
        let error = execute(&db, refused).await.unwrap_err();
        assert!(error.contains("permission denied"), "{refused}: {error}");
    }
    done(&db, "RESET ROLE").await;
    assert_eq!(exact_totals(&db).await, [2, 0, 1, 0, 1, 0]);

    done(&db, &format!("SET ROLE {role}")).await;
    done(&db, "TRUNCATE users CASCADE").await;
    done(&db, "RESET ROLE").await;
    assert_eq!(exact_totals(&db).await, [0; 6]);
    done(&db, &format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
}

/// A role can put tables of its own, also temporary ones, before those of the schema.
#[tokio::test]
async fn the_tables_of_the_schema_are_meant_whatever_the_writer_has_in_its_path() {
    let Some(Empty { db, on_server: _kept }) = empty_databases().await.pop() else {
        return;
    };
    if !is_postgres(&db) {
        return;
    }
    done(&db, r#"CREATE SCHEMA "Our ""blog"""; SET search_path = "Our ""blog""""#).await;
    prepare(&db).await;
    done(&db, "CREATE TEMP TABLE list_states (slot integer)").await;
    done(&db, "CREATE SCHEMA theirs; CREATE TABLE theirs.list_states (slot integer)").await;
    let insert = post(&db, 1, 1, true).replace("posts", r#""Our ""blog""".posts"#);
    done(&db, "SET search_path = theirs").await;
    done(&db, &insert).await;
    done(&db, r#"SET search_path = "Our ""blog""""#).await;
    assert_eq!(exact_totals(&db).await, [1, 0, 3, 0, 0, 0]);
    let theirs =
        "SELECT 'found' FROM theirs.list_states UNION ALL SELECT 'found' FROM pg_temp.list_states";
    assert_eq!(texts(&db, theirs).await, Vec::<String>::new());
    Migrator::down(&db, Some(1)).await.unwrap();
}
