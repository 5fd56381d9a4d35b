//! The command line: that of libtest as far as it means something here, and `--long`.

/// What is to be run, and how.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    /// The form that takes its time.
    pub(crate) long: bool,
    /// Only name what would run.
    pub(crate) list: bool,
    only_ignored: bool,
    filters: Vec<String>,
    skipped: Vec<String>,
}

/// Options of libtest that take a value and change nothing here.
const WITH_VALUE: [&str; 6] =
    ["--test-threads", "--format", "--color", "--logfile", "--shuffle-seed", "-Z"];

impl Arguments {
    /// Reads them. An unknown option changes nothing: the same command line goes to every test
    /// program of the workspace.
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Self {
        let mut read = Self::default();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--long" => read.long = true,
                "--list" => read.list = true,
                "--ignored" => read.only_ignored = true,
                "--skip" => read.skipped.extend(words.next()),
                _ if WITH_VALUE.contains(&word.as_str()) => {
                    words.next();
                }
                _ if word.starts_with('-') => {}
                _ => read.filters.push(word),
            }
        }
        read
    }

    /// Whether a scenario of this name is meant.
    pub(crate) fn mean(&self, name: &str) -> bool {
        let hit = |word: &String| name.contains(word.as_str());
        !self.only_ignored
            && (self.filters.is_empty() || self.filters.iter().any(hit))
            && !self.skipped.iter().any(hit)
    }
}
