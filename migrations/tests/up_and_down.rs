//! Every step is applied, undone and applied again, on a database in memory.

use basalt_migrations::{Migrator, MigratorTrait, applied, known};
use sea_orm_migration::sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};

async fn empty_database() -> DatabaseConnection {
    // One connection that is never closed: the database goes with it.
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

/// What the schema consists of, without the migrator's own table.
async fn schema(db: &DatabaseConnection) -> Vec<String> {
    texts(
        db,
        "SELECT coalesce(sql, name) FROM sqlite_schema WHERE tbl_name <> 'seaql_migrations' ORDER BY 1",
    )
    .await
}

async fn texts(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let statement =
        sea_orm_migration::sea_orm::Statement::from_string(db.get_database_backend(), sql);
    let rows = db.query_all_raw(statement).await.unwrap();
    rows.iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect()
}

async fn insert_user(db: &DatabaseConnection, id: u8) -> Result<(), String> {
    let sql = format!(
        "INSERT INTO users (id, email, name, name_folded, role, active, version, token_generation, \
         password_hash, created_at, updated_at) \
         VALUES (x'{id:032x}', 'user{id}@example.com', 'Ann', 'ann', 'USER', 1, 1, 1, 'hash', 5, 5)"
    );
    execute(db, &sql).await
}

async fn execute(db: &DatabaseConnection, sql: &str) -> Result<(), String> {
    match db.execute_unprepared(sql).await {
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

#[tokio::test]
async fn every_step_can_be_undone_alone_and_leaves_the_schema_of_the_step_before() {
    let db = empty_database().await;
    let mut schemas = vec![schema(&db).await];
    for _ in known() {
        Migrator::up(&db, Some(1)).await.unwrap();
        schemas.push(schema(&db).await);
    }
    for before in schemas.iter().rev().skip(1) {
        Migrator::down(&db, Some(1)).await.unwrap();
        assert_eq!(&schema(&db).await, before);
    }
    assert_eq!(schema(&db).await, Vec::<String>::new());

    Migrator::up(&db, None).await.unwrap();
    assert_eq!(Some(&schema(&db).await), schemas.last());
}

#[tokio::test]
async fn rows_survive_the_steps_that_come_later_in_both_directions() {
    let db = empty_database().await;
    Migrator::up(&db, Some(1)).await.unwrap();
    insert_user(&db, 1).await.unwrap();

    Migrator::up(&db, None).await.unwrap();
    let after = u32::try_from(known().len() - 1).unwrap();
    Migrator::down(&db, Some(after)).await.unwrap();

    let emails = texts(&db, "SELECT email FROM users").await;
    assert_eq!(emails, ["user1@example.com"]);
}

#[tokio::test]
async fn undoing_everything_leaves_tables_that_are_not_ours() {
    let db = empty_database().await;
    execute(&db, "CREATE TABLE theirs (note TEXT)")
        .await
        .unwrap();
    execute(&db, "INSERT INTO theirs VALUES ('kept')")
        .await
        .unwrap();
    Migrator::up(&db, None).await.unwrap();
    Migrator::down(&db, None).await.unwrap();
    assert_eq!(texts(&db, "SELECT note FROM theirs").await, ["kept"]);
}

#[tokio::test]
async fn the_applied_steps_are_read_without_creating_anything() {
    let db = empty_database().await;
    assert_eq!(applied(&db).await.unwrap(), Vec::<String>::new());
    assert_eq!(
        texts(&db, "SELECT name FROM sqlite_schema").await,
        Vec::<String>::new()
    );
    Migrator::up(&db, Some(2)).await.unwrap();
    assert_eq!(applied(&db).await.unwrap(), known()[..2]);
}

#[tokio::test]
async fn a_role_that_nobody_knows_is_refused_by_name() {
    let db = empty_database().await;
    Migrator::up(&db, None).await.unwrap();
    insert_user(&db, 1).await.unwrap();
    let refused = execute(&db, "UPDATE users SET role = 'ROOT'")
        .await
        .unwrap_err();
    assert!(refused.contains("ck_users_role"), "{refused}");
}

#[tokio::test]
async fn a_record_may_name_its_owner_before_the_owner_is_there_but_not_commit_without() {
    let db = empty_database().await;
    Migrator::up(&db, None).await.unwrap();
    let claim = |key: u8, owner: u8| {
        format!(
            "INSERT INTO idempotency_records VALUES ('', 'register_user', 'k{key}', x'00', x'{owner:032x}', 9, x'00')"
        )
    };
    execute(&db, "BEGIN").await.unwrap();
    execute(&db, &claim(1, 1)).await.unwrap();
    insert_user(&db, 1).await.unwrap();
    execute(&db, "COMMIT").await.unwrap();

    execute(&db, "BEGIN").await.unwrap();
    execute(&db, &claim(2, 2)).await.unwrap();
    let refused = execute(&db, "COMMIT").await.unwrap_err();
    assert!(refused.contains("FOREIGN KEY"), "{refused}");
}
