//! `/docs`

mod browser;
mod files;
mod prefix;
mod references;
mod served;
mod webdriver;

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use crate::support::only_once;

/// Whether these programs are there, for tests that are nothing without. Where one is missing it
/// says so past the capture of the harness, and in CI that is a failure.
fn are_here(programs: &[&str]) -> bool {
    if !only_once("the page is the same on every store") {
        return false;
    }
    let is_missing = |program: &str| {
        let mut command = Command::new(program);
        let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
        quiet.arg("--version").status().is_err()
    };
    let are_missing = |any: &&&str| any.split(" or ").all(is_missing);
    let missing: Vec<_> = programs.iter().filter(are_missing).collect();
    if !missing.is_empty() {
        let line = format!("DOCS NOT TRIED IN A BROWSER OR BEHIND A PROXY: {missing:?} missing\n");
        let _ = std::io::stdout().write_all(line.as_bytes());
        assert!(!is_ci(), "{line}");
    }
    missing.is_empty()
}

#[expect(clippy::disallowed_methods, reason = "this variable is of the tests, not of the server")]
fn is_ci() -> bool {
    matches!(std::env::var("CI").as_deref(), Ok("true" | "1"))
}
