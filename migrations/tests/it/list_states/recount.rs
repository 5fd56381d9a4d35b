//! What no trigger saw is counted when it is asked for.

use basalt_migrations::list_states::{Difference, recount};
use sea_orm_migration::sea_orm::{DatabaseConnection, TransactionTrait};

use super::{concurrency::with_another, databases, done, exact_totals, is_postgres, post, version};
use crate::support::{Empty, texts};

async fn recounted(db: &DatabaseConnection) -> Vec<Difference> {
    let transaction = db.begin().await.unwrap();
    let differences = recount(&transaction).await.unwrap();
    transaction.commit().await.unwrap();
    differences
}

/// Does it as somebody whom no trigger sees.
async fn past_the_triggers(db: &DatabaseConnection, change: &str) {
    if is_postgres(db) {
        done(db, "SET session_replication_role = replica").await;
        done(db, change).await;
        done(db, "RESET session_replication_role").await;
    } else {
        // As a REPLACE does by itself: it deletes, and fires no trigger for that.
        let insert = change.replacen("INSERT", "REPLACE", 1);
        done(db, &insert).await;
    }
}

#[tokio::test]
async fn what_differs_is_named_and_corrected() {
    for Empty { db, on_server: _kept } in databases().await {
        done(&db, &post(&db, 1, 1, false)).await;
        let before = version(&db).await;
        // On SQLite the draft is replaced.
        let number = if is_postgres(&db) { 2 } else { 1 };
        past_the_triggers(&db, &post(&db, number, 1, true)).await;
        let expected = if is_postgres(&db) {
            Difference { name: "published_posts", was: 0, is: 1 }
        } else {
            Difference { name: "draft_posts", was: 1, is: 0 }
        };
        assert_eq!(recounted(&db).await, [expected]);
        exact_totals(&db).await;
        assert_ne!(version(&db).await, before);
    }
}

async fn stamps(db: &DatabaseConnection) -> Vec<String> {
    let stamp = if is_postgres(db) { "stamp::text" } else { "hex(stamp)" };
    texts(db, &format!("SELECT {stamp} FROM list_states")).await
}

#[tokio::test]
async fn every_stamp_is_another_one_also_where_nothing_differs() {
    for Empty { db, on_server: _kept } in databases().await {
        done(&db, &post(&db, 1, 1, true)).await;
        let before = stamps(&db).await;
        assert_eq!(recounted(&db).await, []);
        let after = stamps(&db).await;
        assert_eq!(before.len(), after.len());
        assert!(before.iter().all(|stamp| !after.contains(stamp)));
        assert_eq!(exact_totals(&db).await, [1, 0, 3, 0, 0, 0]);
    }
}

/// The writer has changed a list before the count and commits after it; another writes during it.
#[tokio::test]
async fn writers_go_on_while_it_counts_and_stay_counted() {
    let Some((database, writer)) = with_another().await else {
        return;
    };
    let db = &database.db;
    past_the_triggers(db, &post(db, 1, 1, true)).await;
    done(&writer, "BEGIN").await;
    done(&writer, &post(&writer, 2, 2, true)).await;

    let transaction = db.begin().await.unwrap();
    let differences = recount(&transaction).await.unwrap();
    assert_eq!(differences, [Difference { name: "published_posts", was: 0, is: 1 }]);
    done(&writer, &post(&writer, 3, 3, true)).await;
    done(&writer, "COMMIT").await;
    done(&writer, "DELETE FROM users WHERE email LIKE 'user3%'").await;
    transaction.commit().await.unwrap();

    assert_eq!(exact_totals(db).await, [2, 0, 2, 0, 0, 0]);
    assert_eq!(recounted(db).await, []);
}

#[tokio::test]
async fn slots_that_were_added_are_taken_away_and_their_numbers_kept() {
    let Some((database, writer)) = with_another().await else {
        return;
    };
    let db = &database.db;
    let slots = "SELECT slot::text FROM list_states";
    done(db, "BEGIN").await;
    done(db, "SELECT FROM list_states FOR UPDATE").await;
    done(&writer, &post(&writer, 1, 1, true)).await;
    done(&writer, "BEGIN").await;
    done(&writer, &post(&writer, 2, 1, true)).await;
    done(db, "COMMIT").await;
    assert_eq!(texts(db, slots).await.len(), 9);
    assert_eq!(recounted(db).await, [], "a slot that is held is left");
    assert_eq!(texts(db, slots).await.len(), 9);
    done(&writer, "COMMIT").await;
    assert_eq!(recounted(db).await, []);
    assert_eq!(texts(db, slots).await.len(), 8);
    assert_eq!(exact_totals(db).await[..2], [2, 0]);
}
