//! What is written of the variables for people.

use std::{fs, path::PathBuf};

use basalt_server::config::{Config, Sources, env_example, markdown_table};

fn root(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

#[test]
fn the_example_of_the_environment_is_the_table_of_variables() {
    let text = fs::read_to_string(root(".env.example")).unwrap();
    assert!(text == env_example(), "write .env.example anew; it must be:\n{}", env_example());
}

#[test]
fn the_example_of_the_environment_changes_nothing_when_it_is_used() {
    let uncommented = env_example()
        .lines()
        .filter_map(|line| line.strip_prefix('#').filter(|line| !line.starts_with(' ')))
        .collect::<Vec<_>>()
        .join("\n");
    let sources = Sources { dotenv: Some(uncommented), ..Sources::default() };
    let config = Config::load(&sources).unwrap();
    assert_eq!(config.server.port, 3000);
}

/// Names and defaults must agree; the words in the last column are the document's own.
#[test]
fn the_documentation_is_the_table_of_variables() {
    let document = fs::read_to_string(root("docs/OPERATIONS.md")).unwrap();
    for line in markdown_table().lines().skip(2) {
        let cells: Vec<_> = line.splitn(4, '|').collect();
        let (name, default) = (cells[1].trim(), cells[2].trim());
        let beginning = format!("| {name} | {default} |");
        assert!(
            document.contains(&beginning),
            "docs/OPERATIONS.md needs a row that begins with\n{beginning}"
        );
    }
    let rows = document.lines().filter(|line| line.starts_with("| `"));
    let names = rows.filter_map(|row| row.split('`').nth(1));
    for name in names.filter(|name| name.bytes().all(|b| b == b'_' || b.is_ascii_uppercase())) {
        assert!(
            markdown_table().contains(&format!("| `{name}` |")),
            "docs/OPERATIONS.md tells of {name}, which is no variable"
        );
    }
}
