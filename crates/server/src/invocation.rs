//! How commands are run where this process runs, so that what it advises can be pasted there.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use crate::config::{Sources, command_of};

/// Of the process, like its arguments.
static BEGINNING: OnceLock<String> = OnceLock::new();

/// Learns it from how this process was run. The first call counts.
pub(crate) fn learn(sources: &Sources, config: Option<&Path>) {
    let program = std::env::args_os().next().unwrap_or_default();
    let variable = |name: &str| sources.env.get(name).map(String::as_str);
    let mut beginning = match command_of(sources) {
        Some(configured) => configured,
        // It tells a program that it runs what package it is of.
        None if variable("CARGO_PKG_NAME") == Some(env!("CARGO_PKG_NAME")) => {
            "cargo run -q --".to_owned()
        }
        None => match variable("HOSTNAME") {
            // It gives a container its id as a name.
            Some(container) if Path::new("/.dockerenv").exists() => {
                format!("docker exec -it {container} {}", path(&program))
            }
            _ => path(&program),
        },
    };
    if let Some(config) = config {
        let config = std::path::absolute(config).unwrap_or_else(|_| config.to_owned());
        beginning = format!("{beginning} --config {}", quoted(&config));
    }
    let _ = BEGINNING.set(beginning);
}

/// A command line with these arguments.
pub(crate) fn of(arguments: &str) -> String {
    let beginning = BEGINNING.get().map_or("basalt", String::as_str);
    format!("{beginning} {arguments}")
}

/// The program as it was called if the shell found it, else where it is.
fn path(program: &OsStr) -> String {
    let program = PathBuf::from(program);
    if program.components().count() == 1 && program.parent() == Some(Path::new("")) {
        return quoted(&program);
    }
    quoted(&std::env::current_exe().unwrap_or(program))
}

/// As a shell reads it.
fn quoted(path: &Path) -> String {
    let path = path.to_string_lossy();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if path.chars().all(is_plain) {
        return path.into_owned();
    }
    format!("'{}'", path.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_quoted_where_a_shell_would_cut_it() {
        assert_eq!(quoted(Path::new("/usr/bin/basalt")), "/usr/bin/basalt");
        assert_eq!(quoted(Path::new("/my files/b")), "'/my files/b'");
        assert_eq!(quoted(Path::new("it's")), r"'it'\''s'");
    }

    #[test]
    fn a_program_that_the_shell_found_is_called_as_it_was() {
        assert_eq!(path(OsStr::new("basalt")), "basalt");
        let here = std::env::current_exe().unwrap();
        assert_eq!(path(OsStr::new("target/debug/basalt")), quoted(&here));
    }
}
