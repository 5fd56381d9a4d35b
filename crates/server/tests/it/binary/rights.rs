//! Files that the account of the server may not use.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _},
        process::CommandExt as _,
    },
    process::{Command, Output},
};

use tempfile::TempDir;

use crate::support::{
    folder,
    process::{basalt, run, stderr},
};

/// An account that owns nothing: `nobody`, most often.
const STRANGER: u32 = 65534;

fn chmod(folder: &TempDir, path: &str, mode: u32) {
    let path = folder.path().join(path);
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Root is kept out by no mode, so its tests let somebody else run the command. Whoever else runs
/// them is kept out of their own files.
fn without_rights(folder: &TempDir, arguments: &[&str]) -> Command {
    let env = [("PORT", "0"), ("MANAGEMENT_ADDR", ""), ("JWT_SECRET", "a secret of these tests")];
    let mut command = basalt(folder, arguments, &env);
    if fs::metadata(folder.path()).unwrap().uid() == 0 {
        command.uid(STRANGER).gid(STRANGER);
    }
    command
}

fn refused(folder: &TempDir, arguments: &[&str]) -> Output {
    let output = without_rights(folder, arguments).output();
    output.expect("every account may run the binary")
}

/// A folder that everybody may look into, with `data/basalt.db`, which everybody may use.
fn open_to_all() -> TempDir {
    let folder = folder();
    assert!(run(&folder, &["migrate", "up"], &[]).status.success());
    fs::write(folder.path().join("data/basalt.db.lock"), "").unwrap();
    chmod(&folder, "", 0o777);
    chmod(&folder, "data", 0o777);
    chmod(&folder, "data/basalt.db", 0o666);
    chmod(&folder, "data/basalt.db.lock", 0o666);
    folder
}

/// Starts and commands that have to say this and end.
fn is_told(folder: &TempDir, commands: &[&[&str]], problem: &str) {
    let account = fs::metadata(folder.path()).unwrap().uid();
    let account = if account == 0 { STRANGER } else { account };
    for arguments in commands {
        let output = refused(folder, arguments);
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {told}");
        assert!(told.contains(problem), "{arguments:?}: {problem}: {told}");
        assert!(told.contains(&account.to_string()), "{arguments:?}: the account: {told}");
        let real = folder.path().canonicalize().unwrap();
        assert!(told.contains(real.to_str().unwrap()), "{arguments:?}: the place: {told}");
    }
    // So that it can be removed.
    for path in ["", "data"] {
        if folder.path().join(path).exists() {
            chmod(folder, path, 0o777);
        }
    }
}

const ALL: [&[&str]; 4] = [&[], &["migrate", "up"], &["migrate", "status"], &["backup", "copy.db"]];
const MAKERS: [&[&str]; 2] = [&[], &["migrate", "up"]];

#[test]
fn a_file_that_may_be_read_and_not_written_ends_the_start() {
    let folder = open_to_all();
    chmod(&folder, "data/basalt.db", 0o444);
    is_told(&folder, &ALL, "data/basalt.db can't be written by the account");
}

#[test]
fn a_file_that_may_not_be_read_ends_the_start() {
    let folder = open_to_all();
    chmod(&folder, "data/basalt.db", 0o000);
    is_told(&folder, &ALL, "data/basalt.db can't be read by the account");
}

#[test]
fn a_log_that_may_not_be_written_ends_the_start() {
    for log in ["-wal", "-shm", "-journal"] {
        let folder = open_to_all();
        let log = format!("data/basalt.db{log}");
        fs::write(folder.path().join(&log), "").unwrap();
        chmod(&folder, &log, 0o444);
        is_told(&folder, &ALL, &format!("{log} can't be written by the account"));
    }
}

#[test]
fn a_folder_that_may_not_be_written_ends_the_start() {
    let folder = open_to_all();
    chmod(&folder, "data", 0o555);
    is_told(&folder, &ALL, "data can't be written to by the account");
}

#[test]
fn a_folder_that_may_not_be_entered_ends_the_start() {
    let folder = open_to_all();
    chmod(&folder, "data", 0o600);
    is_told(&folder, &ALL, "data/basalt.db can't be looked at by the account");
}

#[test]
fn a_folder_of_another_account_without_a_file_ends_the_start() {
    let folder = open_to_all();
    fs::remove_file(folder.path().join("data/basalt.db")).unwrap();
    chmod(&folder, "data", 0o555);
    is_told(&folder, &MAKERS, "data can't be written to by the account");
}

#[test]
fn a_folder_that_may_not_be_made_ends_the_start() {
    let folder = folder();
    chmod(&folder, "", 0o555);
    is_told(&folder, &MAKERS, "data can't be made by the account");
}

#[test]
fn a_lock_that_may_not_be_written_ends_the_start() {
    let folder = open_to_all();
    chmod(&folder, "data/basalt.db.lock", 0o444);
    is_told(&folder, &[&[]], "data/basalt.db.lock can't be locked by the account");
}

#[test]
fn with_the_rights_it_serves_and_says_that_everybody_has_them() {
    let folder = open_to_all();
    let mut server = without_rights(&folder, &[]).spawn().unwrap();
    let mut lines = std::io::BufReader::new(server.stdout.take().unwrap());
    let mut said = String::new();
    while !said.contains("http://") {
        let read = std::io::BufRead::read_line(&mut lines, &mut said).unwrap();
        assert_ne!(read, 0, "it ended: {said}");
    }
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(said.contains("chmod 600"), "{said}");
}
