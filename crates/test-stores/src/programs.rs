//! Programs of this machine.

use std::{
    net::TcpListener,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use uuid::Uuid;

use crate::choice::variable;

/// Where this program is, if it is here. Debian keeps PostgreSQL's beside the path.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = variable("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let debian = std::fs::read_dir("/usr/lib/postgresql");
    let versions = debian.into_iter().flatten().flatten();
    let mut versions: Vec<_> = versions.map(|entry| entry.path().join("bin")).collect();
    versions.sort();
    // The newest first.
    folders.extend(versions.into_iter().rev());
    let mut programs = folders.into_iter().map(|folder| folder.join(program));
    programs.find(|program| program.is_file())
}

/// Runs it to its end; what it says is in the error.
pub(crate) fn run(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let Output { status, stdout, stderr } =
        command.output().map_err(|error| format!("{program} can't be started: {error}"))?;
    if status.success() {
        return Ok(String::from_utf8_lossy(&stdout).trim().to_owned());
    }
    let said = String::from_utf8_lossy(&stderr);
    Err(format!("{program} failed ({status}): {}", said.trim()))
}

/// The user and group to run servers as, if this process is root, whom PostgreSQL refuses.
pub(crate) fn somebody_else(own_folder: &Path) -> Option<(u32, u32)> {
    let own = std::fs::metadata(own_folder).ok()?;
    if own.uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let user = |name: &str| {
        let mut fields = users.lines().map(|line| line.split(':').collect::<Vec<_>>());
        let found = fields.find(|fields| fields.len() > 3 && fields[0] == name)?;
        Some((found[2].parse().ok()?, found[3].parse().ok()?))
    };
    user("postgres").or_else(|| user("nobody"))
}

/// A port that is free, below those that systems give to clients: a server that is started again
/// needs the same one.
pub(crate) fn free_port() -> u16 {
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let mut ports = std::iter::repeat_with(|| {
        let [.., high, low] = Uuid::into_bytes(random());
        12_000 + u16::from_be_bytes([high, low]) % 20_000
    });
    ports.find(free).expect("an endless iterator")
}

/// For names and passwords.
#[expect(clippy::disallowed_methods, reason = "chance is what names of tests want")]
pub(crate) fn random() -> Uuid {
    Uuid::now_v7()
}
