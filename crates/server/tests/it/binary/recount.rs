//! `basalt migrate recount`.

use sea_orm::{ConnectionTrait as _, Database};
use tempfile::TempDir;

use crate::support::{
    folder,
    process::{Server, run, stderr, stdout},
};

const RECOUNT: [&str; 2] = ["migrate", "recount"];

/// Beside a server, on the database of this URL, whose totals are wrong.
async fn corrects_what_differs(folder: &TempDir, url: &str, env: &[(&str, &str)]) {
    let server = Server::start(folder, env);
    let db = Database::connect(url).await.unwrap();
    let wrong = "UPDATE list_states SET active_users = 7, draft_posts = -2 WHERE slot = 1";
    db.execute_unprepared(wrong).await.unwrap();
    db.close().await.unwrap();

    let corrected = run(folder, &RECOUNT, env);
    assert!(corrected.status.success(), "{}", stderr(&corrected));
    assert_eq!(
        stdout(&corrected),
        "draft_posts was -2, is 0\nactive_users was 7, is 0\nevery list is read anew\n"
    );
    let again = stdout(&run(folder, &RECOUNT, env));
    assert_eq!(again, "nothing differed\nevery list is read anew\n");
    assert!(server.get("/api/posts").starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn totals_are_corrected_beside_a_server_on_sqlite() {
    let folder = folder();
    let url = format!("sqlite://{}/data/basalt.db", folder.path().display());
    corrects_what_differs(&folder, &url, &[]).await;
}

#[tokio::test]
async fn totals_are_corrected_beside_a_server_on_postgresql() {
    let Some(postgres) = basalt_test_stores::postgres().await else {
        return;
    };
    let database = postgres.database().await;
    let env = [
        ("DATABASE_URL", database.url()),
        ("JWT_SECRET", "a secret of these tests"),
        ("AUTO_MIGRATE", "true"),
    ];
    let folder = folder();
    let refused = run(&folder, &RECOUNT, &env);
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains("migrate up"), "it says what to do");

    corrects_what_differs(&folder, database.url(), &env).await;
}
