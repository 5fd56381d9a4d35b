//! Adapters that are broken on purpose, each in one way, and the promises by which the suite
//! refuses them. The names are exact: a fault that breaks another promise too, or one less, is a
//! failure here.

mod cache;
mod hasher;
mod limiter;
mod store;
mod system;
mod tokens;

use basalt_contract::suite::{Promise, broken_promises};

/// Asserts that exactly the promises called `expected` are broken by what `factory` gives.
#[track_caller]
fn assert_refused<T>(
    promises: &[Promise<T>],
    factory: impl AsyncFn() -> T + Sync,
    expected: &[&str],
) {
    let broken = broken_promises(promises, factory);
    let mut names: Vec<_> = broken.iter().map(|(sentence, _)| *sentence).collect();
    let mut expected = expected.to_vec();
    names.sort_unstable();
    expected.sort_unstable();
    assert_eq!(names, expected, "what the checks said: {broken:#?}");
}

/// Lets every rival come to the same point.
async fn dawdle() {
    for _ in 0..40 {
        tokio::task::yield_now().await;
    }
}

/// How often a fault that shows by chance has the chance.
const ATTEMPTS: usize = 5;

/// Asserts that at least the promises called `expected` are broken by what `factory` gives: for
/// faults that show by chance elsewhere too, or that would make every other check wait.
#[track_caller]
fn assert_refused_by<T>(
    promises: &[Promise<T>],
    factory: impl AsyncFn() -> T + Sync,
    expected: &[&str],
) {
    for sentence in expected {
        let of_this_name = promises.iter().find(|promise| promise.sentence == *sentence);
        let promise = of_this_name.unwrap_or_else(|| panic!("there is no promise {sentence}"));
        let is_refused = || {
            let alone = Promise { sentence: promise.sentence, check: promise.check };
            !broken_promises(&[alone], &factory).is_empty()
        };
        // Now and then a machine lets nobody come in between.
        let is_refused = (0..ATTEMPTS).any(|_| is_refused());
        assert!(is_refused, "the suite must refuse this by {sentence}");
    }
}
