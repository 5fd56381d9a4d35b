//! Which stores the servers of this process keep their data in. `TEST_COMBINATION` names the ones
//! of all its tests: `sqlite` (the default), `sqlite,redis`, `postgres` or `postgres,redis`.
//! [`crate::combinations`] runs the others.

use std::{io::Write as _, sync::LazyLock};

/// The variable that names the stores.
pub(crate) const VARIABLE: &str = "TEST_COMBINATION";

/// Lines that say what a combination has no test for begin so.
pub(crate) const NOT_HERE: &str = "NOT IN THIS COMBINATION";

/// Stores of a server.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Combination {
    /// PostgreSQL instead of SQLite.
    pub(crate) postgres: bool,
    /// Redis instead of the process's own memory.
    pub(crate) redis: bool,
}

impl Combination {
    /// The one of this process.
    pub(crate) fn here() -> Self {
        *HERE
    }

    /// What [`VARIABLE`] calls it.
    pub(crate) fn name(self) -> &'static str {
        match (self.postgres, self.redis) {
            (false, false) => "sqlite",
            (false, true) => "sqlite,redis",
            (true, false) => "postgres",
            (true, true) => "postgres,redis",
        }
    }
}

/// Whether the database is a file, for the few tests that are about that file. Elsewhere it says
/// that there is nothing to test, and why.
pub(crate) fn only_on_sqlite(why: &str) -> bool {
    only(!Combination::here().postgres, why)
}

/// Whether the stores are those of the first run, for tests that no store can change. Elsewhere it
/// says that there is nothing to test.
pub(crate) fn only_once(why: &str) -> bool {
    only(Combination::here() == Combination::default(), why)
}

/// Whether the database is a server, for tests of what only that can do. Elsewhere it says that
/// there is nothing to test.
pub(crate) fn only_on_postgres(why: &str) -> bool {
    only(Combination::here().postgres, why)
}

/// Whether several servers may share the stores, for tests of several. Elsewhere it says that
/// there is nothing to test.
pub(crate) fn only_where_replicas_are(why: &str) -> bool {
    let here = Combination::here();
    only(here.postgres && here.redis, why)
}

/// Past the capture of the harness: what is not tested must be seen.
fn only(here: bool, why: &str) -> bool {
    if !here {
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("a test");
        let combination = Combination::here().name();
        let line = format!("{NOT_HERE} ({combination}): {test}: {why}\n");
        let _ = std::io::stdout().write_all(line.as_bytes());
    }
    here
}

static HERE: LazyLock<Combination> = LazyLock::new(|| {
    let all = [(false, false), (false, true), (true, false), (true, true)];
    let mut all = all.map(|(postgres, redis)| Combination { postgres, redis }).into_iter();
    let wanted = variable();
    let found = all.find(|combination| combination.name() == wanted);
    found.unwrap_or_else(|| panic!("{VARIABLE}={wanted}: there is no such combination"))
});

#[expect(clippy::disallowed_methods, reason = "this variable is of the tests, not of the server")]
fn variable() -> String {
    std::env::var(VARIABLE).unwrap_or_else(|_| "sqlite".to_owned())
}
