//! What is refused before anything starts, and what is shown.

use std::fs;

use crate::support::{
    folder,
    process::{run, stderr, stdout},
};

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
