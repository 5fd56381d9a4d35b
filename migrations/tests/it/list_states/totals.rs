//! Totals are what a count finds.

use basalt_migrations::{Migrator, MigratorTrait, known};

use super::{databases, done, exact_totals, post};
use crate::support::{Empty, empty_databases, execute, id, insert_user};

#[tokio::test]
async fn what_was_there_before_the_step_is_counted() {
    for Empty { db, on_server: _kept } in empty_databases().await {
        let before = known();
        let before = before.iter().position(|name| name.ends_with("create_list_states"));
        let before = u32::try_from(before.unwrap()).unwrap();
        Migrator::up(&db, Some(before)).await.unwrap();
        for number in 1..=3 {
            insert_user(&db, number).await.unwrap();
        }
        done(&db, "UPDATE users SET email = 'a', role = 'ADMIN' WHERE email LIKE 'user1%'").await;
        done(&db, "UPDATE users SET active = false WHERE email LIKE 'user2%'").await;
        for (number, published) in [(1, true), (2, false), (3, true)] {
            done(&db, &post(&db, number, 1, published)).await;
        }
        Migrator::up(&db, None).await.unwrap();
        assert_eq!(exact_totals(&db).await, [2, 1, 1, 1, 1, 0]);
    }
}

#[tokio::test]
async fn posts_that_come_move_and_go_change_the_totals() {
    for Empty { db, on_server: _kept } in databases().await {
        done(&db, &post(&db, 1, 1, true)).await;
        done(&db, &post(&db, 2, 1, false)).await;
        assert_eq!(exact_totals(&db).await[..2], [1, 1]);
        done(&db, "UPDATE posts SET published = true").await;
        assert_eq!(exact_totals(&db).await[..2], [2, 0]);
        done(&db, "UPDATE posts SET published = NOT published, title = 'U'").await;
        assert_eq!(exact_totals(&db).await[..2], [0, 2]);
        done(&db, "UPDATE posts SET published = true").await;
        done(&db, &format!("DELETE FROM posts WHERE id = {}", id(&db, 1))).await;
        assert_eq!(exact_totals(&db).await[..2], [1, 0]);
        done(&db, "DELETE FROM posts").await;
        assert_eq!(exact_totals(&db).await[..2], [0, 0]);
    }
}

#[tokio::test]
async fn users_are_counted_by_role_and_state() {
    for Empty { db, on_server: _kept } in databases().await {
        assert_eq!(exact_totals(&db).await[2..], [3, 0, 0, 0]);
        for (change, expected) in [
            ("UPDATE users SET role = 'ADMIN' WHERE email LIKE 'user1%'", [2, 0, 1, 0]),
            ("UPDATE users SET active = false WHERE email LIKE 'user1%'", [2, 0, 0, 1]),
            ("UPDATE users SET active = false", [0, 2, 0, 1]),
            ("UPDATE users SET active = true, role = 'ADMIN'", [0, 0, 3, 0]),
            ("DELETE FROM users WHERE email LIKE 'user1%'", [0, 0, 2, 0]),
        ] {
            done(&db, change).await;
            assert_eq!(exact_totals(&db).await[2..], expected, "{change}");
        }
    }
}

#[tokio::test]
async fn posts_go_from_the_totals_with_their_author() {
    for Empty { db, on_server: _kept } in databases().await {
        for (number, author, published) in [(1, 1, true), (2, 1, true), (3, 1, false), (4, 2, true)]
        {
            done(&db, &post(&db, number, author, published)).await;
        }
        done(&db, &format!("DELETE FROM users WHERE id = {}", id(&db, 1))).await;
        assert_eq!(exact_totals(&db).await, [1, 0, 2, 0, 0, 0]);
    }
}

#[tokio::test]
async fn what_is_rolled_back_whole_or_in_part_was_never_counted() {
    for Empty { db, on_server: _kept } in databases().await {
        done(&db, "BEGIN").await;
        done(&db, &post(&db, 1, 1, true)).await;
        done(&db, "SAVEPOINT inner_part").await;
        done(&db, &post(&db, 2, 1, true)).await;
        done(&db, "DELETE FROM users WHERE email LIKE 'user3%'").await;
        assert_eq!(exact_totals(&db).await[..3], [2, 0, 2]);
        done(&db, "ROLLBACK TO inner_part").await;
        done(&db, &post(&db, 3, 1, false)).await;
        done(&db, "COMMIT").await;
        assert_eq!(exact_totals(&db).await[..3], [1, 1, 3]);

        done(&db, "BEGIN").await;
        done(&db, "DELETE FROM users").await;
        assert_eq!(exact_totals(&db).await, [0; 6]);
        done(&db, "ROLLBACK").await;
        assert_eq!(exact_totals(&db).await[..3], [1, 1, 3]);
    }
}

#[tokio::test]
async fn an_insert_that_becomes_an_update_is_counted_as_one() {
    for Empty { db, on_server: _kept } in databases().await {
        done(&db, &post(&db, 1, 1, false)).await;
        let again = post(&db, 1, 1, true);
        let upsert = format!("{again} ON CONFLICT (id) DO UPDATE SET published = true");
        done(&db, &upsert).await;
        assert_eq!(exact_totals(&db).await[..2], [1, 0]);
        done(&db, &format!("{again} ON CONFLICT DO NOTHING")).await;
        assert_eq!(exact_totals(&db).await[..2], [1, 0]);
        execute(&db, &again).await.unwrap_err();
        assert_eq!(exact_totals(&db).await[..2], [1, 0]);
    }
}
