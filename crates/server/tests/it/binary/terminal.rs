//! The command on a terminal.

use std::{
    io::{Read as _, Write as _},
    process::{Command, Stdio},
};

use tempfile::TempDir;

use crate::support::{folder, process::run};

/// Whether this machine has `script`, which makes terminals. Where it has not, that is said past the
/// capture of the harness, and in CI it is a failure.
fn has_terminals() -> bool {
    let mut command = Command::new("script");
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    let is_here = quiet.arg("--version").status().is_ok();
    if !is_here {
        let line = "COMMANDS NOT TRIED ON A TERMINAL: script (of util-linux) is missing\n";
        let _ = std::io::stderr().write_all(line.as_bytes());
        #[expect(
            clippy::disallowed_methods,
            reason = "this variable is of the tests, not of the server"
        )]
        let is_ci = matches!(std::env::var("CI").as_deref(), Ok("true" | "1"));
        assert!(!is_ci, "{line}");
    }
    is_here
}

/// `basalt` on a terminal of its own, on which this is typed; what the terminal shows.
fn on_a_terminal(
    folder: &TempDir,
    arguments: &str,
    env: &[(&str, &str)],
    typed: &str,
) -> (Option<i32>, String) {
    let basalt = env!("CARGO_BIN_EXE_basalt");
    let command = format!("{basalt} {arguments}");
    let child = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .env_clear()
        .envs(env.iter().copied())
        .env("PATH", "/usr/bin:/bin")
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut child = child.unwrap();
    // Open until the end: a terminal without a keyboard is another case.
    let mut keyboard = child.stdin.take().unwrap();
    keyboard.write_all(typed.as_bytes()).unwrap();
    let mut shown = String::new();
    let mut screen = child.stdout.take().unwrap();
    screen.read_to_string(&mut shown).unwrap();
    drop(keyboard);
    (child.wait().unwrap().code(), shown)
}

#[test]
fn on_a_terminal_the_password_is_asked_for_twice() {
    if !has_terminals() {
        return;
    }
    let folder = folder();
    run(&folder, &["migrate", "up"], &[]);
    let create = "user create --email root@example.org --name Root";
    let typed = "a long password\na lang password\n";
    let (code, shown) = on_a_terminal(&folder, create, &[], typed);
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown.contains("differ"), "{shown}");
    let typed = "a long password\na long password\n";
    let (code, shown) = on_a_terminal(&folder, create, &[], typed);
    assert_eq!(code, Some(0), "{shown}");
    for prompt in ["Password: ", "The same again: ", "made root@example.org"] {
        assert!(shown.contains(prompt), "{shown}");
    }
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    if !has_terminals() {
        return;
    }
    let folder = folder();
    // A warning, so that there is a line.
    let node = ("NODE_ENV", "production");
    let (_, shown) = on_a_terminal(&folder, "migrate status", &[node], "");
    assert!(shown.contains("APP_ENV") && shown.contains('\u{1b}'), "{shown}");
    for (arguments, env) in [
        ("migrate status", [node, ("NO_COLOR", "1")]),
        ("--help", [node, ("NO_COLOR", "1")]),
        ("sevre", [node, ("NO_COLOR", "1")]),
    ] {
        let (_, shown) = on_a_terminal(&folder, arguments, &env, "");
        assert!(!shown.contains('\u{1b}'), "{arguments}: {shown}");
    }
    let (_, shown) = on_a_terminal(&folder, "migrate status", &[node, ("NO_COLOR", "")], "");
    assert!(shown.contains('\u{1b}'), "an empty one is not set: {shown}");
}
