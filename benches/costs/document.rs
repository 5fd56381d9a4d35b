//! `docs/PERFORMANCE.md`, in which tables stand between markers.

use std::{fs, io, path::PathBuf};

use crate::wrong;

pub(crate) fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs"))
}

/// Puts `text` where the document has `<!-- begin: NAME -->` and `<!-- end: NAME -->`.
pub(crate) fn write(name: &str, text: &str) -> io::Result<()> {
    let file = folder().join("PERFORMANCE.md");
    let document = fs::read_to_string(&file)?;
    let (begin, end) = (format!("<!-- begin: {name} -->"), format!("<!-- end: {name} -->"));
    let missing = || wrong(format!("{} lacks the markers of {name}", file.display()));
    let (before, rest) = document.split_once(&begin).ok_or_else(missing)?;
    let (_, after) = rest.split_once(&end).ok_or_else(missing)?;
    fs::write(&file, format!("{before}{begin}\n{}\n\n{end}{after}", text.trim_end()))
}
