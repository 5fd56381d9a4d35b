//! The files of a server on SQLite: who makes them, who may use them, and one server for each.

use std::{fs, path::Path};

use basalt_server::cli::Cli;
use clap::CommandFactory as _;

use crate::support::{
    folder,
    process::{Server, basalt, run, run_with, stderr, stdout},
};

/// Every command there is: `serve`, `migrate up`, ….
fn all_commands() -> Vec<String> {
    fn leaves(command: &clap::Command, path: &str) -> Vec<String> {
        let inner: Vec<_> = command.get_subcommands().collect();
        if inner.is_empty() {
            return vec![path.to_owned()];
        }
        let leaves = |it: &&clap::Command| leaves(it, format!("{path} {}", it.get_name()).trim());
        inner.iter().flat_map(leaves).collect()
    }
    leaves(&Cli::command(), "")
}

/// What it takes besides its name, if it needs a database; `None` if it needs none.
fn arguments(command: &str) -> Option<&'static str> {
    match command {
        "migrate down" | "migrate status" | "migrate recount" | "user list" => Some(""),
        "backup" => Some("copy.db"),
        "user create" => Some("--email a@example.org --name Ann"),
        "user set" => Some("--email a@example.org --active true"),
        "user password" | "user delete" => Some("--email a@example.org"),
        "openapi" | "health" | "config" | "version" => None,
        other => panic!("{other}: what does it do in an empty folder?"),
    }
}

#[test]
fn in_an_empty_folder_no_command_but_those_that_begin_a_database_makes_one() {
    for command in all_commands() {
        if ["serve", "migrate up"].contains(&command.as_str()) {
            continue;
        }
        let folder = folder();
        let needed = arguments(&command);
        let line = format!("{command} {}", needed.unwrap_or_default());
        let words: Vec<_> = line.split_whitespace().collect();
        let done = run_with(&folder, &words, "a long password\n");
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 0, "{line}: nothing is made");
        if needed.is_some() {
            let told = stderr(&done);
            assert_eq!(done.status.code(), Some(1), "{line}: {told}");
            let file = folder.path().canonicalize().unwrap().join("data/basalt.db");
            assert!(told.contains(file.to_str().unwrap()), "{line}: {told}");
            assert!(told.contains("DATABASE_URL"), "{line}: {told}");
        }
    }
}

#[test]
fn a_schema_that_misses_steps_is_no_success() {
    let folder = folder();
    assert!(run(&folder, &["migrate", "up"], &[]).status.success());
    assert!(run(&folder, &["migrate", "status"], &[]).status.success());
    assert!(run(&folder, &["migrate", "down"], &[]).status.success());
    let status = run(&folder, &["migrate", "status"], &[]);
    assert_eq!(status.status.code(), Some(1));
    assert!(stdout(&status).contains("missing  m"));
    assert!(stderr(&status).contains("migrate up"));
}

#[cfg(unix)]
#[test]
fn what_a_first_start_makes_is_for_its_owner_alone() {
    let folder = folder();
    let server = Server::start(&folder, &[]);
    let copied = run(&folder, &["backup", "backups/monday/copy.db"], &[]);
    assert!(copied.status.success(), "{}", stderr(&copied));
    drop(server);
    for (path, rights) in [
        ("data", 0o700),
        ("data/basalt.db", 0o600),
        ("data/basalt.db-wal", 0o600),
        ("data/basalt.db-shm", 0o600),
        ("data/basalt.db.lock", 0o600),
        ("data/jwt_secret", 0o600),
        ("backups", 0o700),
        ("backups/monday", 0o700),
        ("backups/monday/copy.db", 0o600),
    ] {
        assert_eq!(mode(&folder.path().join(path)), rights, "{path}");
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_second_server_on_the_file_is_refused_and_told_who_has_it() {
    let folder = folder();
    let server = Server::start(&folder, &[]);
    let anywhere = [("PORT", "0"), ("MANAGEMENT_ADDR", "")];
    let refused = run(&folder, &[], &anywhere);
    assert_eq!(refused.status.code(), Some(1));
    let told = stderr(&refused);
    let process = format!("process {} on host ", server.child.id());
    for part in ["data/basalt.db", &process, "DATABASE_URL"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // The first goes on, and commands may run beside it.
    assert!(server.get("/health/ready").starts_with("HTTP/1.1 200"));
    let status = run(&folder, &["migrate", "status"], &[]);
    assert!(status.status.success(), "{}", stderr(&status));
}

#[test]
fn what_a_killed_server_left_behind_is_no_obstacle() {
    let folder = folder();
    drop(Server::start(&folder, &[]));
    assert!(folder.path().join("data/basalt.db.lock").exists());
    let server = Server::start(&folder, &[]);
    assert!(server.get("/health/ready").starts_with("HTTP/1.1 200"));
}

#[cfg(unix)]
#[test]
fn a_start_waits_for_a_server_that_is_stopping() {
    let folder = folder();
    let first = Server::start(&folder, &[("DRAIN_DELAY_SECONDS", "3")]);
    let first = std::thread::spawn(move || first.terminate());
    // Until the first says that it stops; before, a start would be refused after a second.
    let lock = folder.path().join("data/basalt.db.lock");
    while !fs::read_to_string(&lock).unwrap().contains("stopping") {}
    let second = Server::start(&folder, &[]);
    let (code, ..) = first.join().unwrap();
    assert_eq!(code, Some(0));
    assert!(second.get("/health/ready").starts_with("HTTP/1.1 200"));
    let (code, said, errors) = second.terminate();
    assert_eq!(code, Some(0), "{errors}");
    assert!(said.contains("waiting for it"), "{said}");
}

#[test]
fn a_start_waits_no_longer_than_its_grace() {
    let folder = folder();
    let mut first = basalt(&folder, &[], &[("PORT", "0"), ("MANAGEMENT_ADDR", "")]);
    let server = Server::start(&folder, &[("DRAIN_DELAY_SECONDS", "3600")]);
    let pid = server.child.id().to_string();
    std::process::Command::new("kill").arg(&pid).status().unwrap();
    let refused = first.env("SHUTDOWN_GRACE_SECONDS", "1").output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains(&format!("process {pid}")));
}
