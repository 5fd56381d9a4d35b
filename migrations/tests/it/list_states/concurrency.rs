//! No writer waits for another's commit, and the totals stay exact, on `PostgreSQL`.

use std::sync::atomic::{AtomicU8, Ordering};

use sea_orm_migration::sea_orm::DatabaseConnection;

use super::{databases, done, exact_totals, is_postgres, post, totals, version};
use crate::support::{Empty, connect, id, texts};

/// A database and another connection to it, on which a wait for another's commit is an error.
pub(super) async fn with_another() -> Option<(Empty, DatabaseConnection)> {
    let database = databases().await.pop().filter(|found| is_postgres(&found.db))?;
    let another = another(&database).await;
    Some((database, another))
}

async fn another(database: &Empty) -> DatabaseConnection {
    let server = database.on_server.as_ref().unwrap();
    let connection = connect(server.url()).await;
    done(&connection, "SET lock_timeout = '500ms'").await;
    connection
}

#[tokio::test]
async fn writers_go_on_while_somebody_holds_every_slot() {
    let Some((database, writer)) = with_another().await else {
        return;
    };
    let holder = &database.db;
    done(holder, "BEGIN").await;
    done(holder, "SELECT FROM list_states FOR UPDATE").await;
    for number in 1..=100 {
        done(&writer, &post(&writer, number, 1, number % 2 == 0)).await;
    }
    assert_eq!(exact_totals(&writer).await[..2], [50, 50]);
    // One slot was added, and serves all that follow.
    assert_eq!(texts(&writer, "SELECT slot::text FROM list_states").await.len(), 9);
    done(holder, "COMMIT").await;
    assert_eq!(exact_totals(holder).await[..2], [50, 50]);
}

#[tokio::test]
async fn a_slot_may_be_negative() {
    let Some((database, writer)) = with_another().await else {
        return;
    };
    let holder = &database.db;
    done(&writer, &post(&writer, 1, 1, true)).await;
    done(holder, "BEGIN").await;
    done(holder, "SELECT FROM list_states WHERE published_posts > 0 FOR UPDATE").await;
    done(&writer, "DELETE FROM posts").await;
    done(holder, "COMMIT").await;
    let lowest = "SELECT min(published_posts)::text FROM list_states";
    assert_eq!(texts(&writer, lowest).await, ["-1"]);
    assert_eq!(exact_totals(&writer).await[..2], [0, 0]);
}

static NUMBER: AtomicU8 = AtomicU8::new(10);

/// Of each four units one is rolled back, and each writes both lists, in either order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn units_of_several_writes_end_in_no_deadlock_and_in_exact_totals() {
    let Some((database, _)) = with_another().await else {
        return;
    };
    let mut writers = Vec::new();
    for author in 1..=8_u8 {
        let writer = another(&database).await;
        writers.push(tokio::spawn(async move {
            for round in 0..12_u8 {
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                let user = format!("user{number}@example.com");
                let register = format!(
                    "INSERT INTO users SELECT {}, '{user}', name, name_folded, role, active, 1, 1, \
                     password_hash, 5, 5 FROM users WHERE email = 'user1@example.com'",
                    id(&writer, number)
                );
                let publish = post(&writer, number, 1 + author % 3, round % 2 == 0);
                let rename = format!("UPDATE users SET name = 'Eve' WHERE email = '{user}'");
                done(&writer, "BEGIN").await;
                let mut writes = [register, rename, publish];
                if author % 2 == 0 {
                    writes.rotate_right(1);
                }
                for write in writes {
                    done(&writer, &write).await;
                }
                done(&writer, if round % 4 == 3 { "ROLLBACK" } else { "COMMIT" }).await;
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    // Of twelve rounds six publish, and three are rolled back, none of which publishes.
    assert_eq!(exact_totals(&database.db).await, [48, 24, 75, 0, 0, 0]);
}

#[tokio::test]
async fn totals_and_version_are_of_the_moment_of_the_statement_that_asks() {
    let Some((database, writer)) = with_another().await else {
        return;
    };
    let reader = &database.db;
    done(reader, "BEGIN ISOLATION LEVEL REPEATABLE READ").await;
    let (before, version_before) = (exact_totals(reader).await, version(reader).await);
    // Enough for versions of the slots on several pages.
    for _ in 0..300 {
        done(&writer, &post(&writer, 1, 1, true)).await;
        done(&writer, "DELETE FROM posts").await;
    }
    done(&writer, &post(&writer, 1, 1, true)).await;
    assert_eq!(exact_totals(reader).await, before);
    assert_eq!(version(reader).await, version_before);
    done(reader, "COMMIT").await;
    assert_eq!(exact_totals(reader).await[..2], [1, 0]);
    assert_ne!(version(reader).await, version_before);
    let plain = "SELECT sum(published_posts)::bigint, sum(draft_posts)::bigint, \
        sum(active_users)::bigint, sum(inactive_users)::bigint, sum(active_admins)::bigint, \
        sum(inactive_admins)::bigint FROM list_states";
    assert_eq!(totals(reader, plain).await, exact_totals(reader).await);
}

/// Neither sees the other, so each has to change the version by itself.
#[tokio::test]
async fn a_new_name_and_a_first_post_at_once_change_the_version_twice() {
    let Some((database, renaming)) = with_another().await else {
        return;
    };
    let db = &database.db;
    let before = version(db).await;
    done(&renaming, "BEGIN").await;
    done(&renaming, "UPDATE users SET name = 'Eve' WHERE email LIKE 'user1%'").await;
    done(db, &post(db, 1, 1, true)).await;
    let with_the_old_name = version(db).await;
    assert_ne!(with_the_old_name, before);
    done(&renaming, "COMMIT").await;
    assert_ne!(version(db).await, with_the_old_name);
}
