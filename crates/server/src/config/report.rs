//! The configuration as people see it.

use std::fmt::Write as _;

use super::{DefaultValue, Origin, Row, Sources, reader::Reader, variables::ALL};

/// One line a variable: name, value in force, where it came from. Secrets are hidden.
pub fn in_force(sources: &Sources) -> String {
    let mut reader = Reader::new(sources);
    let mut lines = String::new();
    for row in ALL {
        let (value, origin) = match reader.text(row) {
            Some((value, origin)) => (row.shown(&value), origin),
            None => (default_of(&reader, row), Origin::Default),
        };
        let value = if value.is_empty() { "(empty)".to_owned() } else { one_line(&value) };
        let _ = writeln!(lines, "{}\t{value}\t{origin}", row.name);
    }
    lines
}

/// Without what would begin another line, or another column.
fn one_line(value: &str) -> String {
    let escaped = |c: char| {
        if c.is_control() { c.escape_default().to_string() } else { c.to_string() }
    };
    value.chars().map(escaped).collect()
}

fn default_of(reader: &Reader, row: &Row) -> String {
    match reader.default_of(row.default) {
        Some(text) => text.to_owned(),
        None => format!("({})", row.default.described().replace('`', "")),
    }
}

/// The text of `.env.example`.
pub fn env_example() -> String {
    let mut text =
        "# Every variable of Basalt with its default. Copy to `.env` and change what you need.\n\
         # The environment beats this file, this file beats basalt.toml.\n\
         # Each value can also come from a file that NAME_FILE names.\n"
            .to_owned();
    for row in ALL {
        let _ = match row.default {
            DefaultValue::Value(value) => write!(text, "\n# {}\n#{}={value}\n", row.doc, row.name),
            DefaultValue::Derived(_) | DefaultValue::Except(..) => write!(
                text,
                "\n# {}. Default: {}\n#{}=\n",
                row.doc,
                row.default.described(),
                row.name
            ),
            DefaultValue::None => write!(text, "\n# {}\n#{}=\n", row.doc, row.name),
        };
    }
    text
}

/// The table of the documentation.
pub fn markdown_table() -> String {
    let mut table = "| Name | Default | |\n|---|---|---|\n".to_owned();
    for row in ALL {
        let default = row.default.described();
        let _ = writeln!(table, "| `{}` | {default} | {} |", row.name, row.doc);
    }
    table
}
