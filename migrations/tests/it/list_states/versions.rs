//! The version changes with what a list of published posts shows, and with nothing else.

use sea_orm_migration::sea_orm::DatabaseConnection;

use super::{databases, done, is_postgres, post, version};
use crate::support::{Empty, id, insert_user, texts};

#[tokio::test]
async fn what_lists_of_published_posts_show_changes_the_version() {
    for Empty { db, on_server: _kept } in databases().await {
        for change in [
            post(&db, 1, 1, true),
            post(&db, 2, 1, false),
            "UPDATE posts SET published = true".to_owned(),
            "UPDATE posts SET title = 'U'".to_owned(),
            "UPDATE posts SET published = false".to_owned(),
            "UPDATE posts SET published = true".to_owned(),
            format!("DELETE FROM posts WHERE id = {}", id(&db, 1)),
            format!("UPDATE users SET name = 'Eve' WHERE id = {}", id(&db, 1)),
            format!("DELETE FROM users WHERE id = {}", id(&db, 1)),
        ] {
            let before = version(&db).await;
            done(&db, &change).await;
            let is_draft = change == post(&db, 2, 1, false);
            assert_eq!(version(&db).await == before, is_draft, "{change}");
        }
    }
}

#[tokio::test]
async fn what_no_list_of_published_posts_shows_leaves_the_version() {
    for Empty { db, on_server: _kept } in databases().await {
        done(&db, &post(&db, 1, 1, true)).await;
        let before = version(&db).await;
        insert_user(&db, 4).await.unwrap();
        for change in [
            post(&db, 2, 1, false),
            format!("UPDATE posts SET content = 'D' WHERE id = {}", id(&db, 2)),
            format!("DELETE FROM posts WHERE id = {}", id(&db, 2)),
            "UPDATE users SET role = 'ADMIN'".to_owned(),
            "UPDATE users SET active = false".to_owned(),
            "UPDATE users SET name = name, email = 'x' || email, version = 2".to_owned(),
            "UPDATE users SET password_hash = 'other', token_generation = 2".to_owned(),
            "UPDATE posts SET title = 'U' WHERE created_at = 0".to_owned(),
            "DELETE FROM posts WHERE created_at = 0".to_owned(),
            format!("DELETE FROM users WHERE id = {}", id(&db, 4)),
        ] {
            done(&db, &change).await;
            assert_eq!(version(&db).await, before, "{change}");
        }
    }
}

#[tokio::test]
async fn versions_never_come_again() {
    for Empty { db, on_server: _kept } in databases().await {
        let mut seen = vec![version(&db).await];
        for published in [true, false].repeat(8) {
            let id = id(&db, 1);
            let change = if published {
                post(&db, 1, 1, true)
            } else {
                format!("DELETE FROM posts WHERE id = {id}")
            };
            done(&db, &change).await;
            seen.push(version(&db).await);
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 17);
    }
}

/// Another value after each write to a slot, whatever it wrote.
async fn touches(db: &DatabaseConnection) -> Vec<String> {
    let sql = if is_postgres(db) {
        "SELECT ctid::text FROM list_states ORDER BY slot"
    } else {
        "SELECT 'touched' FROM touches"
    };
    texts(db, sql).await
}

#[tokio::test]
async fn what_changes_neither_touches_no_slot() {
    for Empty { db, on_server: _kept } in databases().await {
        if !is_postgres(&db) {
            done(&db, "CREATE TABLE touches (n)").await;
            let noted = "CREATE TRIGGER touched AFTER UPDATE ON list_states \
                BEGIN INSERT INTO touches VALUES (1); END";
            done(&db, noted).await;
        }
        let before = touches(&db).await;
        done(&db, &post(&db, 1, 1, false)).await;
        let after = touches(&db).await;
        assert_ne!(before, after);
        for change in [
            "UPDATE posts SET title = 'U', content = 'D', updated_at = 6",
            "UPDATE posts SET published = true WHERE created_at = 0",
            "DELETE FROM posts WHERE created_at = 0",
            "DELETE FROM users WHERE created_at = 0",
            "UPDATE users SET email = 'x' || email, name = name, name_folded = 'other'",
            "UPDATE users SET password_hash = 'other', token_generation = 2, version = 2",
            "UPDATE users SET role = role, active = active",
        ] {
            done(&db, change).await;
            assert_eq!(touches(&db).await, after, "{change}");
        }
    }
}
