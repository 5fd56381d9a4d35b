//! The command itself.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use tempfile::TempDir;

const MANY_BYTES: &str = "a secret that has thirty-two bytes or more";

/// `basalt` in a folder of its own and with no environment but this.
fn basalt(folder: &TempDir, arguments: &[&str], env: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_basalt"));
    command
        .args(arguments)
        .env_clear()
        .envs(env.iter().copied())
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn run(folder: &TempDir, arguments: &[&str], env: &[(&str, &str)]) -> Output {
    let mut child = basalt(folder, arguments, env).spawn().unwrap();
    drop(child.stdin.take());
    child.wait_with_output().unwrap()
}

/// With `input` as stdin.
fn run_with(folder: &TempDir, arguments: &[&str], input: &str) -> Output {
    let mut child = basalt(folder, arguments, &[]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that refuses its arguments reads nothing.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A server that runs until it is dropped.
struct Server {
    child: Child,
    lines: BufReader<ChildStdout>,
    said: String,
    address: String,
}

impl Server {
    fn start(folder: &TempDir, env: &[(&str, &str)]) -> Self {
        let mut env = env.to_vec();
        env.extend([("PORT", "0"), ("MANAGEMENT_ADDR", "127.0.0.1:0")]);
        let mut child = basalt(folder, &[], &env).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        let address = loop {
            let before = said.len();
            let read = lines.read_line(&mut said).unwrap();
            assert_ne!(read, 0, "it ended: {said}");
            if let Some(at) = said[before..].find("http://") {
                let rest = &said[before + at..];
                let end = rest.find(['"', '\n', ' ']).unwrap();
                break rest[..end].to_owned();
            }
        };
        Self {
            child,
            lines,
            said,
            address,
        }
    }

    /// Sends SIGTERM; returns the exit code and everything it said.
    fn terminate(mut self) -> (Option<i32>, String, String) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").arg(&pid).status().unwrap();
        assert!(sent.success());
        self.lines.read_to_string(&mut self.said).unwrap();
        let mut errors = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut errors).unwrap();
        let code = self.child.wait().unwrap().code();
        (code, std::mem::take(&mut self.said), errors)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn violations_of_the_configuration_end_it_with_78() {
    let folder = folder();
    let output = run(&folder, &[], &[("PORT", "x"), ("WORKERS", "0")]);
    assert_eq!(output.status.code(), Some(78));
    let told = stderr(&output);
    assert!(told.contains("PORT") && told.contains("WORKERS"), "{told}");
}

#[test]
fn a_file_that_is_named_and_missing_ends_it_with_78() {
    let folder = folder();
    let output = run(&folder, &["config", "--config", "none.toml"], &[]);
    assert_eq!(output.status.code(), Some(78));
    assert!(stderr(&output).contains("none.toml"));
}

#[test]
fn files_in_the_working_directory_are_read() {
    let folder = folder();
    fs::write(
        folder.path().join("basalt.toml"),
        "PORT = 4001\nWORKERS = 3",
    )
    .unwrap();
    fs::write(folder.path().join(".env"), "PORT=4002\n").unwrap();
    let shown = stdout(&run(&folder, &["config"], &[]));
    assert!(shown.contains("PORT\t4002\t.env\n"), "{shown}");
    assert!(shown.contains("WORKERS\t3\tbasalt.toml\n"), "{shown}");
}

#[test]
fn help_ends_well_and_a_wrong_argument_does_not() {
    let folder = folder();
    let help = run(&folder, &["--help"], &[]);
    assert_eq!(help.status.code(), Some(0));
    assert!(stdout(&help).contains("Examples"));
    assert_eq!(run(&folder, &["sevre"], &[]).status.code(), Some(1));
}

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

#[test]
fn the_start_tells_addresses_stores_and_how_to_make_an_administrator() {
    let folder = folder();
    let server = Server::start(&folder, &[]);
    let (code, said, errors) = server.terminate();
    assert_eq!(code, Some(0), "{errors}");
    for told in [
        "http://127.0.0.1:",
        "/docs",
        "/metrics",
        "SQLite",
        "user create",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
    assert!(folder.path().join("data/jwt_secret").exists());
}

#[test]
fn in_production_every_line_is_one_object() {
    let folder = folder();
    let production = [("APP_ENV", "production"), ("JWT_SECRET", MANY_BYTES)];
    let (code, said, errors) = Server::start(&folder, &production).terminate();
    assert_eq!(code, Some(0), "{errors}");
    let refused = run(&folder, &[], &[("APP_ENV", "production"), ("PORT", "x")]);
    assert_eq!(refused.status.code(), Some(78));
    let missing = run(&folder, &["--config", "none"], &[("APP_ENV", "production")]);
    let wrong = run(&folder, &["sevre"], &[("APP_ENV", "production")]);
    let all = [
        said,
        errors,
        stdout(&refused),
        stderr(&refused),
        stderr(&missing),
        stderr(&wrong),
    ]
    .concat();
    for line in all.lines() {
        let object: serde_json::Value = serde_json::from_str(line).expect(line);
        assert!(
            object["level"].is_string() && object["timestamp"].is_string(),
            "{line}"
        );
    }
    assert!(all.contains("http://127.0.0.1:"));
    assert!(!all.contains(MANY_BYTES));
}

#[test]
fn a_taken_port_ends_the_start_and_names_the_variable() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = run(&folder, &[], &[("PORT", &port), ("MANAGEMENT_ADDR", "")]);
    assert_eq!(output.status.code(), Some(1));
    let told = stderr(&output);
    assert!(told.contains("PORT") && told.contains(&port), "{told}");
}

#[cfg(unix)]
#[test]
fn a_second_signal_ends_it_at_once() {
    let folder = folder();
    // Without the second signal it would take an hour.
    let server = Server::start(&folder, &[("DRAIN_DELAY_SECONDS", "3600")]);
    let pid = server.child.id().to_string();
    let asked = ["health", "--url", &server.address];
    assert!(run(&folder, &asked, &[]).status.success());
    Command::new("kill").arg(&pid).status().unwrap();
    // Two signals that come together are one.
    while run(&folder, &asked, &[]).status.success() {}
    let (code, ..) = server.terminate();
    assert_eq!(code, Some(1));
}
