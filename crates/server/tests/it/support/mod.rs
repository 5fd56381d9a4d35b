//! What the tests share.

pub(crate) mod collector;
pub(crate) mod in_process;
pub(crate) mod process;

use tempfile::TempDir;

/// A folder of its own, gone after the test.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}
