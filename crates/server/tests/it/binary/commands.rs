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
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "it needs no store");
}

#[test]
fn the_schema_goes_up_and_down() {
    let folder = folder();
    let status = || stdout(&run(&folder, &["migrate", "status"], &[]));
    assert!(stdout(&run(&folder, &["migrate", "up"], &[])).contains("applied"));
    assert!(!status().contains("missing"));
    let undone = stdout(&run(&folder, &["migrate", "down"], &[]));
    let step = undone.strip_prefix("undid ").expect("it says which one");
    let after = status();
    let missing: Vec<_> = after.lines().filter_map(|it| it.strip_prefix("missing  ")).collect();
    assert_eq!(missing, [step.trim_end()], "one step and no other");
}

#[test]
fn accounts_are_managed_with_passwords_from_stdin() {
    let folder = folder();
    run(&folder, &["migrate", "up"], &[]);
    let create = ["user", "create", "--email", "Root@Example.org", "--name", "Root", "--admin"];
    let made = run_with(&folder, &create, "a long password\nmore\n");
    assert!(made.status.success(), "{}", stderr(&made));
    assert!(stdout(&made).contains("root@example.org: ADMIN, active"));

    let again = run_with(&folder, &create, "a long password");
    assert_eq!(again.status.code(), Some(1));
    assert!(stderr(&again).contains("user set"), "it says what to do");

    let last = ["user", "set", "--email", "root@example.org", "--role", "USER"];
    let refused = run_with(&folder, &last, "");
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains("administrator"));

    let password = ["user", "password", "--email", "root@example.org"];
    let short = run_with(&folder, &password, "short");
    assert_eq!(short.status.code(), Some(1));
    assert!(stderr(&short).contains("at least 8"));
    assert!(run_with(&folder, &password, "another password").status.success());

    let nobody = ["user", "password", "--email", "nobody@example.org"];
    let unknown = run_with(&folder, &nobody, "another password");
    assert_eq!(unknown.status.code(), Some(1));
}

#[test]
fn accounts_are_listed_and_deleted() {
    let folder = folder();
    run(&folder, &["migrate", "up"], &[]);
    let email = |name: &str| format!("{}@example.org", name.to_lowercase());
    for name in ["Root", "Zoe", "Ann"] {
        let email = email(name);
        let mut create = vec!["user", "create", "--email", &email, "--name", name];
        if name == "Root" {
            create.push("--admin");
        }
        assert!(run_with(&folder, &create, "a long password").status.success());
    }
    let listed = stdout(&run(&folder, &["user", "list"], &[]));
    let rows: Vec<_> = listed.lines().collect();
    assert!(rows[0].starts_with("ROLE"), "{listed}");
    let order = [("USER", "Ann"), ("ADMIN", "Root"), ("USER", "Zoe")];
    assert_eq!(rows.len(), 1 + order.len(), "{listed}");
    for (row, (role, name)) in rows[1..].iter().zip(order) {
        assert!(row.starts_with(role) && row.contains("active"), "{listed}");
        assert!(row.ends_with(&format!("{}, {name}", email(name))), "{listed}");
    }
    assert!(!listed.contains("argon2"), "{listed}");

    let delete = |name: &str| run(&folder, &["user", "delete", "--email", &email(name)], &[]);
    let deleted = delete("Ann");
    assert!(deleted.status.success(), "{}", stderr(&deleted));
    assert!(stdout(&deleted).contains("deleted ann@example.org"));
    assert!(stderr(&deleted).contains("user.delete"), "it leaves an audit line");
    assert_eq!(delete("Ann").status.code(), Some(1), "she is gone");
    let last = delete("Root");
    assert_eq!(last.status.code(), Some(1));
    assert!(stderr(&last).contains("administrator"), "{}", stderr(&last));
    let left = stdout(&run(&folder, &["user", "list"], &[]));
    assert!(left.contains("root@") && left.contains("zoe@") && !left.contains("ann@"));
}

#[test]
fn the_version_is_printed() {
    let version = stdout(&run(&folder(), &["version"], &[]));
    assert_eq!(version, format!("basalt {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn in_production_a_command_needs_no_secret_and_a_new_file_is_told() {
    let folder = folder();
    let production = [("APP_ENV", "production")];
    let made = run(&folder, &["migrate", "up"], &production);
    assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
    let told = stderr(&made);
    assert!(told.contains("data/basalt.db") && told.contains("DATABASE_URL"), "{told}");
    let again = run(&folder, &["migrate", "up"], &production);
    assert_eq!(stderr(&again), "", "it is new only once");
    for command in [&["migrate", "status"][..], &["user", "list"], &["openapi"]] {
        assert!(run(&folder, command, &production).status.success());
    }
    assert_eq!(run(&folder, &["serve"], &production).status.code(), Some(78));
}

#[test]
fn a_backup_is_made_while_the_server_runs_and_overwrites_nothing() {
    let folder = folder();
    let server = Server::start(&folder, &[]);
    let made = run(&folder, &["backup", "copy.db"], &[]);
    assert!(made.status.success(), "{}", stderr(&made));
    let of_the_copy = [("DATABASE_URL", "sqlite://copy.db")];
    let status = run(&folder, &["migrate", "status"], &of_the_copy);
    assert!(stdout(&status).contains("up to date"), "it is a database");
    let again = run(&folder, &["backup", "copy.db"], &[]);
    assert_eq!(again.status.code(), Some(1));
    drop(server);
}

#[test]
fn health_tells_whether_a_server_is_ready() {
    let folder = folder();
    let mut server = Server::start(&folder, &[]);
    let healthy = run(&folder, &["health", "--url", &server.address], &[]);
    assert!(healthy.status.success(), "{}", stderr(&healthy));

    let management = server.management();
    let management = management.strip_prefix("http://").unwrap();
    // Nobody is at HOST and PORT.
    let for_operators = [("MANAGEMENT_ADDR", management), ("PORT", "1")];
    let configured = run(&folder, &["health"], &for_operators);
    assert!(configured.status.success(), "{}", stderr(&configured));

    let port = server.address.rsplit(':').next().unwrap().to_owned();
    let configured =
        run(&folder, &["health"], &[("HOST", "0.0.0.0"), ("PORT", &port), ("MANAGEMENT_ADDR", "")]);
    assert!(configured.status.success(), "{}", stderr(&configured));

    let (code, ..) = server.terminate();
    assert_eq!(code, Some(0));
    run(&folder, &["migrate", "down"], &[]);
    let waiting = Server::start(&folder, &[("AUTO_MIGRATE", "false")]);
    let not_ready = run(&folder, &["health", "--url", &waiting.address], &[]);
    assert_eq!(not_ready.status.code(), Some(1));
    for told in ["503", "schema"] {
        assert!(stderr(&not_ready).contains(told), "{}", stderr(&not_ready));
    }
    drop(waiting);

    let nobody = [("PORT", &port[..]), ("MANAGEMENT_ADDR", "")];
    let gone = run(&folder, &["health"], &nobody);
    assert_eq!(gone.status.code(), Some(1));
}
