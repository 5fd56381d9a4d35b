//! Every step is applied, undone and applied again.

use basalt_migrations::{Migrator, MigratorTrait, applied, known};
use sea_orm_migration::sea_orm::{DatabaseConnection, DbBackend};

use crate::support::{Empty, empty_databases, execute, id, insert_user, texts};

/// What the schema consists of, without the migrator's own table.
async fn schema(db: &DatabaseConnection) -> Vec<String> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT coalesce(sql, name) FROM sqlite_schema \
             WHERE tbl_name <> 'seaql_migrations' ORDER BY 1"
        }
        _ => {
            "SELECT what COLLATE \"C\" FROM (
                 SELECT format('%s %s %s %s %s', table_name, column_name, data_type, is_nullable,
                               collation_name) AS what, table_name
                 FROM information_schema.columns WHERE table_schema = 'public'
                 UNION ALL
                 SELECT indexdef, tablename FROM pg_indexes WHERE schemaname = 'public'
                 UNION ALL
                 SELECT conname || ' ' || pg_get_constraintdef(oid), conrelid::regclass::text
                 FROM pg_constraint WHERE connamespace = 'public'::regnamespace
                 UNION ALL
                 SELECT pg_get_triggerdef(oid), tgrelid::regclass::text
                 FROM pg_trigger WHERE NOT tgisinternal
                 UNION ALL
                 SELECT proname, '' FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
                 WHERE nspname = 'public' AND NOT EXISTS (
                     SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
             ) AS parts WHERE table_name <> 'seaql_migrations' ORDER BY 1"
        }
    };
    texts(db, sql).await
}

#[tokio::test]
async fn every_step_can_be_undone_alone_and_leaves_the_schema_of_the_step_before() {
    for Empty { db, on_server: _kept } in empty_databases().await {
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
}

#[tokio::test]
async fn rows_survive_the_steps_that_come_later_in_both_directions() {
    for Empty { db, on_server: _kept } in empty_databases().await {
        Migrator::up(&db, Some(1)).await.unwrap();
        insert_user(&db, 1).await.unwrap();

        Migrator::up(&db, None).await.unwrap();
        let after = u32::try_from(known().len() - 1).unwrap();
        Migrator::down(&db, Some(after)).await.unwrap();

        let emails = texts(&db, "SELECT email FROM users").await;
        assert_eq!(emails, ["user1@example.com"]);
    }
}

#[tokio::test]
async fn undoing_everything_leaves_tables_that_are_not_ours() {
    for Empty { db, on_server: _kept } in empty_databases().await {
        for theirs in ["CREATE TABLE theirs (note TEXT)", "INSERT INTO theirs VALUES ('kept')"] {
            execute(&db, theirs).await.unwrap();
        }
        Migrator::up(&db, None).await.unwrap();
        Migrator::down(&db, None).await.unwrap();
        assert_eq!(texts(&db, "SELECT note FROM theirs").await, ["kept"]);
    }
}

#[tokio::test]
async fn the_applied_steps_are_read_without_creating_anything() {
    for Empty { db, on_server: _kept } in empty_databases().await {
        assert_eq!(applied(&db).await.unwrap(), Vec::<String>::new());
        let tables = match db.get_database_backend() {
            DbBackend::Sqlite => "SELECT name FROM sqlite_schema",
            _ => "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'",
        };
        assert_eq!(texts(&db, tables).await, Vec::<String>::new());
        Migrator::up(&db, Some(2)).await.unwrap();
        assert_eq!(applied(&db).await.unwrap(), known()[..2]);
    }
}

#[tokio::test]
async fn texts_are_sorted_by_code_point_whatever_the_language_of_the_database() {
    for Empty { db, on_server: _kept } in empty_databases().await {
        Migrator::up(&db, None).await.unwrap();
        for (number, name) in (1..).zip(["b", "é", "B", "a b", "ab", "_"]) {
            insert_user(&db, number).await.unwrap();
            let named =
                format!("UPDATE users SET name_folded = '{name}' WHERE id = {}", id(&db, number));
            execute(&db, &named).await.unwrap();
        }
        let sorted = texts(&db, "SELECT name_folded FROM users ORDER BY name_folded").await;
        assert_eq!(sorted, ["B", "_", "a b", "ab", "b", "é"]);
    }
}

#[tokio::test]
async fn a_role_that_nobody_knows_is_refused_by_name() {
    for Empty { db, on_server: _kept } in empty_databases().await {
        Migrator::up(&db, None).await.unwrap();
        insert_user(&db, 1).await.unwrap();
        let refused = execute(&db, "UPDATE users SET role = 'ROOT'").await.unwrap_err();
        assert!(refused.contains("ck_users_role"), "{refused}");
    }
}

#[tokio::test]
async fn a_record_may_name_its_owner_before_the_owner_is_there_but_not_commit_without() {
    for Empty { db, on_server: _kept } in empty_databases().await {
        Migrator::up(&db, None).await.unwrap();
        let bytes = match db.get_database_backend() {
            DbBackend::Sqlite => "x'00'",
            _ => r"'\x00'::bytea",
        };
        let claim = |number: u8| {
            let owner = id(&db, number);
            format!(
                "INSERT INTO idempotency_records VALUES \
                 ('', 'register_user', 'k{number}', {bytes}, {owner}, 9, {bytes})"
            )
        };
        execute(&db, "BEGIN").await.unwrap();
        execute(&db, &claim(1)).await.unwrap();
        insert_user(&db, 1).await.unwrap();
        execute(&db, "COMMIT").await.unwrap();

        execute(&db, "BEGIN").await.unwrap();
        execute(&db, &claim(2)).await.unwrap();
        let refused = execute(&db, "COMMIT").await.unwrap_err();
        assert!(refused.to_lowercase().contains("foreign key"), "{refused}");
    }
}
