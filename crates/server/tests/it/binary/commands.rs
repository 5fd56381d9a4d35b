//! Commands that do one thing and end.

use std::fs;

use crate::support::{
    folder,
    process::{Server, run, run_with, stderr, stdout},
};

#[test]
fn the_document_is_printed() {
    let folder = folder();
    let output = run(&folder, &["openapi"], &[]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        0,
        "it needs no store"
    );
}

#[test]
fn the_schema_goes_up_and_down() {
    let folder = folder();
    let status = || stdout(&run(&folder, &["migrate", "status"], &[]));
    assert!(status().contains("missing"));
    assert!(stdout(&run(&folder, &["migrate", "up"], &[])).contains("applied"));
    assert!(!status().contains("missing"));
    assert!(stdout(&run(&folder, &["migrate", "down"], &[])).contains("undid"));
    assert!(status().contains("missing"));
}

#[test]
fn accounts_are_managed_with_passwords_from_stdin() {
    let folder = folder();
    let create = [
        "user",
        "create",
        "--email",
        "Root@Example.org",
        "--name",
        "Root",
        "--admin",
    ];
    let made = run_with(&folder, &create, "a long password\nmore\n");
    assert!(made.status.success(), "{}", stderr(&made));
    assert!(stdout(&made).contains("root@example.org: ADMIN, active"));

    let again = run_with(&folder, &create, "a long password");
    assert_eq!(again.status.code(), Some(1));
    assert!(stderr(&again).contains("user set"), "it says what to do");

    let last = [
        "user",
        "set",
        "--email",
        "root@example.org",
        "--role",
        "USER",
    ];
    let refused = run_with(&folder, &last, "");
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains("administrator"));

    let password = ["user", "password", "--email", "root@example.org"];
    let short = run_with(&folder, &password, "short");
    assert_eq!(short.status.code(), Some(1));
    assert!(stderr(&short).contains("at least 8"));
    assert!(
        run_with(&folder, &password, "another password")
            .status
            .success()
    );

    let nobody = ["user", "password", "--email", "nobody@example.org"];
    let unknown = run_with(&folder, &nobody, "another password");
    assert_eq!(unknown.status.code(), Some(1));
}

#[test]
fn a_backup_is_made_while_the_server_runs_and_overwrites_nothing() {
    let folder = folder();
    let server = Server::start(&folder, &[]);
    let made = run(&folder, &["backup", "copy.db"], &[]);
    assert!(made.status.success(), "{}", stderr(&made));
    assert!(fs::metadata(folder.path().join("copy.db")).unwrap().len() > 0);
    let again = run(&folder, &["backup", "copy.db"], &[]);
    assert_eq!(again.status.code(), Some(1));
    drop(server);
}

#[test]
fn health_tells_whether_a_server_is_ready() {
    let folder = folder();
    let server = Server::start(&folder, &[]);
    let healthy = run(&folder, &["health", "--url", &server.address], &[]);
    assert!(healthy.status.success(), "{}", stderr(&healthy));

    let port = server.address.rsplit(':').next().unwrap().to_owned();
    let configured = run(
        &folder,
        &["health"],
        &[("HOST", "0.0.0.0"), ("PORT", &port)],
    );
    assert!(configured.status.success(), "{}", stderr(&configured));

    let (code, ..) = server.terminate();
    assert_eq!(code, Some(0));
    let gone = run(&folder, &["health"], &[("PORT", &port)]);
    assert_eq!(gone.status.code(), Some(1));
}
