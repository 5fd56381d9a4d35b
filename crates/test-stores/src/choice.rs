//! Which server it is.

use std::{future::Future, io::Write as _, pin::Pin, sync::LazyLock};

use tokio::runtime::Runtime;
use url::Url;

use crate::{containers, containers::SharedContainer, kind::Kind, local::LocalServer};

/// A server that is used by all tests of this process.
pub(crate) struct Shared {
    pub(crate) url: Url,
    /// Somebody else's server: what tests leave there stays there.
    pub(crate) given: bool,
    _running: Running,
}

/// What keeps it running.
enum Running {
    Elsewhere,
    Container { _container: Box<SharedContainer> },
    Binary { _server: Box<LocalServer> },
}

/// Finds or starts the server; without one, says what was tried.
pub(crate) async fn shared(kind: Kind) -> Option<Shared> {
    let found = on_own_runtime(find(kind)).await;
    tell(kind, "", &found);
    found.ok().map(|(shared, _)| shared)
}

/// Fails where a missing store must not go unseen.
pub(crate) fn require<S>(kind: Kind, found: Option<S>) -> Option<S> {
    let must = matches!(variable("CI").as_deref(), Some("true" | "1"));
    assert!(
        found.is_some() || !must,
        "{} is missing, and CI=true: see the line TEST STORES above",
        kind.name()
    );
    found
}

/// Whether this way may be gone: `TEST_STORES` allows one only.
pub(crate) fn allows(way: &str) -> bool {
    match variable("TEST_STORES").as_deref() {
        None => true,
        Some(only @ ("containers" | "binaries")) => only == way,
        Some(other) => panic!("TEST_STORES={other}: it is \"containers\" or \"binaries\""),
    }
}

/// A variable of the environment that is set to something.
#[expect(
    clippy::disallowed_methods,
    reason = "these variables are of the tests, not of the server"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Says what was found, or what was tried, past the capture of the test harness.
pub(crate) fn tell<S>(kind: Kind, which: &str, found: &Result<(S, String), Vec<String>>) {
    let name = kind.name();
    let line = match found {
        Ok((_, what)) => format!("TEST STORES: {name}{which}: {what}\n"),
        Err(reasons) => format!(
            "TEST STORES: {name}{which} IS MISSING. Its tests are NOT RUN.\n  {}\n",
            reasons.join("\n  ")
        ),
    };
    // One write, so that parallel processes don't mix their lines.
    let _ = std::io::stderr().write_all(line.as_bytes());
}

/// Runs on a runtime that lives as long as the process: each test has one of its own, and what a
/// test began must not end with it. What is returned is small, however large the work is.
pub(crate) fn on_own_runtime<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Pin<Box<dyn Future<Output = T> + Send>> {
    let task = RUNTIME.spawn(work);
    Box::pin(async move {
        match task.await {
            Ok(output) => output,
            Err(failed) => std::panic::resume_unwind(failed.into_panic()),
        }
    })
}

/// Waits for work from where nothing can be awaited, such as a `drop`.
pub(crate) fn wait_for(work: impl Future<Output = ()> + Send + 'static) {
    let (done, waits) = std::sync::mpsc::channel();
    RUNTIME.spawn(async move {
        work.await;
        let _ = done.send(());
    });
    let _ = waits.recv();
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
});

async fn find(kind: Kind) -> Result<(Shared, String), Vec<String>> {
    let mut reasons = Vec::new();
    let forced = variable("TEST_STORES");
    match (&forced, variable(kind.url_variable())) {
        (Some(way), _) => reasons.push(format!("TEST_STORES={way} allows nothing else.")),
        (None, None) => reasons.push(format!("{} is not set.", kind.url_variable())),
        (None, Some(url)) => return Ok(given(kind, &url).await),
    }
    if allows("containers") {
        match SharedContainer::start(kind).await {
            Ok(container) => {
                let what = format!("a container of {}", containers::image(kind));
                let shared = Shared {
                    url: container.url.clone(),
                    given: false,
                    _running: Running::Container { _container: Box::new(container) },
                };
                return Ok((shared, what));
            }
            Err(reason) => reasons.push(format!("No container: {reason}")),
        }
    }
    if allows("binaries") {
        match LocalServer::start(kind, false).await {
            Ok(server) => {
                let shared = Shared {
                    url: server.url.clone(),
                    given: false,
                    _running: Running::Binary { _server: Box::new(server) },
                };
                // Why not the way before: an engine that lacks an image is easy to overlook.
                let why = reasons.pop().filter(|_| forced.is_none());
                let what =
                    format!("{} of this machine. {}", kind.program(), why.unwrap_or_default());
                return Ok((shared, what.trim_end().to_owned()));
            }
            Err(reason) => reasons.push(format!("No local server: {reason}")),
        }
    }
    Err(reasons)
}

/// Somebody asked for this one: another would be a surprise.
async fn given(kind: Kind, url: &str) -> (Shared, String) {
    let variable = kind.url_variable();
    let url = Url::parse(url).unwrap_or_else(|wrong| panic!("{variable} is no URL: {wrong}"));
    let answer = kind.ask(&url).await;
    answer.unwrap_or_else(|error| panic!("{variable}: the server does not answer: {error}"));
    let shared = Shared { url, given: true, _running: Running::Elsewhere };
    (shared, format!("the one that {variable} names"))
}
