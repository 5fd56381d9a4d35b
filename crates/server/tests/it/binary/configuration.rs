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
    fs::write(folder.path().join("basalt.toml"), "PORT = 4001\nWORKERS = 3").unwrap();
    fs::write(folder.path().join(".env"), "PORT=4002\n").unwrap();
    let shown = stdout(&run(&folder, &["config"], &[]));
    assert!(shown.contains("PORT\t4002\t.env\n"), "{shown}");
    assert!(shown.contains("WORKERS\t3\tbasalt.toml\n"), "{shown}");
}

#[test]
fn all_that_is_wrong_is_told_whatever_else_can_not_be_read() {
    let folder = folder();
    fs::write(folder.path().join(".env"), b"PORT=\xff\n").unwrap();
    for command in
        ["serve", "config", "openapi", "health", "migrate status", "user list", "backup x.db"]
    {
        let arguments: Vec<_> =
            format!("{command} --config none.toml").split(' ').map(str::to_owned).collect();
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let output = run(&folder, &arguments, &[("PORT", "x"), ("WORKERS", "0")]);
        assert_eq!(output.status.code(), Some(78), "{command}");
        let told = stderr(&output);
        for wrong in ["none.toml", ".env is no UTF-8", "PORT", "WORKERS"] {
            assert!(told.contains(wrong), "{command}: {told}");
        }
    }
}

#[test]
fn a_name_that_is_almost_one_ends_it_with_78_in_production() {
    let folder = folder();
    let wrong = ("DATBASE_URL", "postgres://db/x");
    let refused = run(&folder, &["migrate", "up"], &[("APP_ENV", "production"), wrong]);
    assert_eq!(refused.status.code(), Some(78));
    assert!(stderr(&refused).contains("do you mean DATABASE_URL?"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    let warned = run(&folder, &["config"], &[wrong, ("NODE_ENV", "production")]);
    assert_eq!(warned.status.code(), Some(0));
    let told = stderr(&warned);
    assert!(told.contains("DATABASE_URL?") && told.contains("APP_ENV"), "{told}");
}

#[test]
fn what_elsewhere_is_an_option_is_told_to_be_a_variable() {
    let folder = folder();
    for (arguments, told) in [
        (&["serve", "--port", "3001"][..], "PORT=…"),
        (&["serve", "--port=3001"][..], "PORT=…"),
        (&["--database-url", "x"][..], "DATABASE_URL=…"),
        (&["serve", "-p", "3001"][..], "basalt config"),
        (&["serve", "3001"][..], "basalt config"),
    ] {
        for environment in ["development", "production"] {
            let output = run(&folder, arguments, &[("APP_ENV", environment)]);
            assert_eq!(output.status.code(), Some(1), "{arguments:?}");
            let errors = stderr(&output);
            assert!(errors.contains(told), "{arguments:?}: {errors}");
        }
    }
}

#[test]
fn the_default_that_is_shown_is_the_one_in_force() {
    let folder = folder();
    let shown = stdout(&run(&folder, &["config"], &[]));
    assert!(shown.contains("RATE_LIMIT_DEFAULT\t10000/900\tdefault\n"), "{shown}");
    let test = stdout(&run(&folder, &["config"], &[("APP_ENV", "test")]));
    assert!(test.contains("RATE_LIMIT_DEFAULT\t100/900\tdefault\n"), "{test}");
    assert!(test.contains("LOG_FORMAT\ttext\tdefault\n"), "{test}");
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
fn what_is_advised_about_a_name_runs_as_the_process_was_told_to_be_run() {
    let folder = folder();
    fs::write(folder.path().join("basalt.toml"), "SOMETHING_ELSE = 1\n").unwrap();
    let stack = "docker/stack compose run --rm server";
    let output = run(&folder, &["config"], &[("BASALT_COMMAND", stack)]);
    let told = stderr(&output);
    assert!(told.contains(&format!("`{stack} config` lists them all")), "{told}");
}
