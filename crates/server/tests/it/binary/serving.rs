//! The server from its start to its end.

use std::{net::TcpListener, process::Command};

use crate::support::{
    folder,
    process::{Server, run, stderr, stdout},
};

const MANY_BYTES: &str = "a secret that has thirty-two bytes or more";

#[test]
fn the_start_tells_addresses_stores_and_how_to_make_an_administrator() {
    let folder = folder();
    let server = Server::start(&folder, &[]);
    let (code, said, errors) = server.terminate();
    assert_eq!(code, Some(0), "{errors}");
    for told in ["http://127.0.0.1:", "/docs", "/metrics", "SQLite", "user create"] {
        assert!(said.contains(told), "{told}: {said}");
    }
    assert!(folder.path().join("data/jwt_secret").exists());
}

/// What the banner says about how to make an administrator.
fn advised(folder: &tempfile::TempDir, env: &[(&str, &str)]) -> String {
    let (_, said, _) = Server::start(folder, env).terminate();
    let advice = said.lines().find_map(|line| line.split_once("make one with: "));
    advice.expect("there is no administrator yet").1.to_owned()
}

#[cfg(unix)]
#[test]
fn the_advised_command_works_as_it_is_pasted() {
    let folder = folder();
    let command = advised(&folder, &[]);
    assert!(command.starts_with('/'), "its path: {command}");
    let pasted = Command::new("sh")
        .args(["-c", &format!("echo a long password | {command}")])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(pasted.status.success(), "{}", stderr(&pasted));
    assert!(stdout(&pasted).contains("you@example.org: ADMIN"));
    let (_, said, _) = Server::start(&folder, &[]).terminate();
    assert!(!said.contains("make one with"), "{said}");
}

#[test]
fn the_advised_command_is_that_of_cargo_or_of_a_container_where_it_runs_in_one() {
    let folder = folder();
    let by_cargo = advised(&folder, &[("CARGO_PKG_NAME", "basalt-server")]);
    assert!(by_cargo.starts_with("cargo run -q -- user create"), "{by_cargo}");
    let stack = "docker/stack compose run --rm --no-deps server";
    let in_a_stack = advised(&folder, &[("BASALT_COMMAND", stack)]);
    assert!(in_a_stack.starts_with(&format!("{stack} user create ")), "{in_a_stack}");
}

#[test]
fn in_production_every_line_is_one_object() {
    let folder = folder();
    let production = [("APP_ENV", "production"), ("JWT_SECRET", MANY_BYTES)];
    let server = Server::start(&folder, &production);
    server.get("/api/posts");
    let (code, said, errors) = server.terminate();
    assert!(said.contains(r#""route":"/api/posts""#), "{said}");
    assert_eq!(code, Some(0), "{errors}");
    let refused = run(&folder, &[], &[("APP_ENV", "production"), ("PORT", "x")]);
    assert_eq!(refused.status.code(), Some(78));
    let missing = run(&folder, &["--config", "none"], &[("APP_ENV", "production")]);
    let wrong = run(&folder, &["sevre"], &[("APP_ENV", "production")]);
    let all = [said, errors, stdout(&refused), stderr(&refused), stderr(&missing), stderr(&wrong)]
        .concat();
    for line in all.lines() {
        let object: serde_json::Value = serde_json::from_str(line).expect(line);
        assert!(object["level"].is_string() && object["timestamp"].is_string(), "{line}");
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
