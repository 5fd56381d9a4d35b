//! What is shared by several processes.

use std::{path::PathBuf, time::Duration};

use basalt_server::config::{Config, Sources};

use super::names;

#[test]
fn several_processes_share_a_postgresql_and_a_redis() {
    let sources = Sources::of([
        ("DATABASE_URL", "postgres://basalt:hunter2@db/basalt"),
        ("DATABASE_READ_URL", "postgres://basalt:hunter2@copy/basalt"),
        ("REDIS_URL", "rediss://:hunter2@cache:6380/1"),
    ]);
    let config = Config::load(&sources).unwrap();
    assert_eq!(config.database.url.shown(), "db/basalt");
    assert_eq!(config.database.url.folder(), PathBuf::from("data"));
    assert!(!config.database.auto_migrate, "it is not this process's own");
    let redis = config.redis.as_ref().unwrap();
    assert_eq!(redis.url.place, "cache:6380/1");
    assert_eq!(redis.timeout, Duration::from_millis(50));
    assert!(!format!("{config:?}").contains("hunter2"));

    let mut sources = sources;
    sources.env.remove("DATABASE_URL");
    let violations = Config::load(&sources).unwrap_err();
    assert_eq!(names(&violations), ["DATABASE_READ_URL"], "SQLite has none");
}

#[test]
fn a_replica_is_looked_at_where_the_tables_are() {
    for (primary, replica, good) in [
        ("?schema=shop", "?schema=shop", true),
        ("?schema=shop", "", false),
        ("", "?schema=shop", false),
    ] {
        let config = Config::load(&Sources::of([
            ("DATABASE_URL", format!("postgres://db/x{primary}")),
            ("DATABASE_READ_URL", format!("postgres://copy/x{replica}")),
        ]));
        match config {
            Ok(_) => assert!(good),
            Err(violations) => {
                assert!(!good);
                assert_eq!(names(&violations), ["DATABASE_READ_URL"]);
            }
        }
    }
}
