//! What a promise is, and how one is checked.

use std::{future::Future, panic, pin::Pin, thread, time::Duration};

/// Long enough for twenty rivals on a slow disk; a call that takes longer hangs.
const PATIENCE: Duration = Duration::from_mins(1);

/// One sentence of a port's contract, with the check that finds out whether a subject (an adapter
/// and what drives it) keeps it.
pub struct Promise<T> {
    /// The sentence, as the name of a function.
    pub sentence: &'static str,
    /// Panics when a fresh subject breaks the promise.
    pub check: fn(T) -> Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// Checks the promise called `sentence` on a fresh subject, on a multi-threaded runtime of its
/// own, so that rivals in a race really run at once. A factory may give an `Option`: of `None`,
/// which says that what the subject needs is missing here, nothing is checked.
///
/// # Panics
/// When the promise is broken, or has not been shown to hold within a minute.
pub fn keep<T, S: Into<Option<T>>>(
    promises: &[Promise<T>],
    sentence: &str,
    factory: impl AsyncFnOnce() -> S,
) {
    let promise = promises
        .iter()
        .find(|promise| promise.sentence == sentence)
        .expect("the promise is in the list its test was made from");
    check(promise, factory);
}

/// Checks all of `promises`, each on a fresh subject, and gives the broken ones with what the
/// check said. Meant for adapters that are broken on purpose.
pub fn broken_promises<T>(
    promises: &[Promise<T>],
    factory: impl AsyncFn() -> T + Sync,
) -> Vec<(&'static str, String)> {
    let verdict = |promise: &Promise<T>| {
        let (sentence, check_of) = (promise.sentence, promise.check);
        let factory = &factory;
        thread::scope(|scope| {
            let promise = Promise { sentence, check: check_of };
            let run = scope.spawn(move || check(&promise, async || factory().await));
            run.join().err().map(|panic| (sentence, message(&*panic)))
        })
    };
    promises.iter().filter_map(verdict).collect()
}

fn check<T, S: Into<Option<T>>>(promise: &Promise<T>, factory: impl AsyncFnOnce() -> S) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .expect("a runtime can be built");
    let done = runtime.block_on(async {
        let subject = factory().await.into()?;
        // On a worker, so that it takes turns with the rivals that it starts.
        let check = tokio::spawn((promise.check)(subject));
        Some(tokio::time::timeout(PATIENCE, check).await)
    });
    runtime.shutdown_background();
    let Some(done) = done else {
        return;
    };
    let Ok(checked) = done else {
        let sentence = promise.sentence.replace('_', " ");
        panic!("hangs, so it is not shown that {sentence}");
    };
    if let Err(broken) = checked {
        // The message was printed where the panic was.
        panic::resume_unwind(broken.into_panic());
    }
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words")
        .to_owned()
}

/// Lists the promises of a port: each line of a file's block is a function in that file. Makes
/// `PROMISES`, and a macro that makes one `#[test]` of each. A function that is not listed is dead
/// code, which the compiler reports.
macro_rules! promises {
    (
        $(#[$doc:meta])*
        $tests:ident, $module:ident($subject:ty);
        $($file:ident { $($name:ident),* $(,)? })*
    ) => {
        /// The promises of this port.
        pub const PROMISES: &[$crate::suite::Promise<$subject>] = &[
            $($($crate::suite::Promise {
                sentence: stringify!($name),
                check: |subject| Box::pin($file::$name(subject)),
            },)*)*
        ];
        $crate::suite::promises!(@tests ($) [$(#[$doc])*] $tests $module $($($name)*)*);
    };
    (@tests ($d:tt) [$(#[$doc:meta])*] $tests:ident $module:ident $($name:ident)*) => {
        $(#[$doc])*
        #[macro_export]
        macro_rules! $tests {
            ($d factory:expr) => {
                $(
                    #[test]
                    fn $name() {
                        $crate::suite::keep($crate::$module::PROMISES, stringify!($name), $d factory);
                    }
                )*
            };
        }
    };
}
pub(crate) use promises;

/// One test for each promise of the six ports that a store implements, in a module for each
/// port. Takes an async function or closure that gives a fresh [`Store`](crate::Store); it is
/// looked up in the module around the call.
#[macro_export]
macro_rules! store_tests {
    ($factory:expr) => {
        mod users {
            #[allow(unused_imports, reason = "a closure may need nothing from outside")]
            use super::*;
            $crate::user_repository_tests!($factory);
        }
        mod posts {
            #[allow(unused_imports, reason = "a closure may need nothing from outside")]
            use super::*;
            $crate::post_repository_tests!($factory);
        }
        mod auth_states {
            #[allow(unused_imports, reason = "a closure may need nothing from outside")]
            use super::*;
            $crate::auth_states_tests!($factory);
        }
        mod idempotency {
            #[allow(unused_imports, reason = "a closure may need nothing from outside")]
            use super::*;
            $crate::idempotency_records_tests!($factory);
        }
        mod units {
            #[allow(unused_imports, reason = "a closure may need nothing from outside")]
            use super::*;
            $crate::units_of_work_tests!($factory);
        }
        mod versions {
            #[allow(unused_imports, reason = "a closure may need nothing from outside")]
            use super::*;
            $crate::list_versions_tests!($factory);
        }
    };
}
